import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import type { FloatBinaryOperation, FloatBinaryParameters } from '../float-op-parameters';
import { kernelContract } from '../kernel-contract';
import type { BroadcastLayout } from '../op-parameters';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const floatBinaryParams = struct('FloatBinaryParams', {
  /** Sizes of the output but for its last dimension, and where each step along them goes in the operands. */
  sizes: 'vec4<u32>',
  leftStrides: 'vec4<i32>',
  rightStrides: 'vec4<i32>',
  elements: 'u32',
  columns: 'u32',
  leftColumnStride: 'i32',
  rightColumnStride: 'i32',
  low: 'f32',
  high: 'f32',
});

export const contract = kernelContract({
  kernel: 'float_binary',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FloatBinaryParams' },
    { name: 'left', access: 'read', type: 'array<f32>' },
    { name: 'right', access: 'read', type: 'array<f32>' },
    { name: 'destination', access: 'read_write', type: 'array<f32>' },
  ],
  overrides: { operation: 'u32' },
  constants: ['WORKGROUP'],
  params: floatBinaryParams,
});

/** Values of the override `operation`. */
export const OPERATIONS: Readonly<Record<FloatBinaryOperation, number>> = {
  add: 0,
  subtract: 1,
  multiply: 2,
  divide: 3,
  squaredDifference: 4,
  maximum: 5,
  minimum: 6,
};

export function paramsOf(
  { range }: FloatBinaryParameters,
  layout: BroadcastLayout,
): ParamsOf<typeof floatBinaryParams> {
  const [n0, n1, n2, n3, columns] = layout.sizes;
  const [l0, l1, l2, l3, leftColumnStride] = layout.leftStrides;
  const [r0, r1, r2, r3, rightColumnStride] = layout.rightStrides;
  return {
    sizes: [n0, n1, n2, n3],
    leftStrides: [l0, l1, l2, l3],
    rightStrides: [r0, r1, r2, r3],
    elements: elements(layout),
    columns,
    leftColumnStride,
    rightColumnStride,
    low: range.low,
    high: range.high,
  };
}

/** One invocation per element of the output. */
export function workgroups(layout: BroadcastLayout, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil(elements(layout) / workgroup));
}

function elements({ sizes: [n0, n1, n2, n3, columns] }: BroadcastLayout): number {
  return n0 * n1 * n2 * n3 * columns;
}
