import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import type { FloatUnaryOperation, FloatUnaryParameters } from '../float-op-parameters';
import { kernelContract } from '../kernel-contract';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const floatUnaryParams = struct('FloatUnaryParams', {
  elements: 'u32',
  slope: 'f32',
  low: 'f32',
  high: 'f32',
});

export const contract = kernelContract({
  kernel: 'float_unary',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FloatUnaryParams' },
    { name: 'source', access: 'read', type: 'array<f32>' },
    { name: 'destination', access: 'read_write', type: 'array<f32>' },
  ],
  overrides: { operation: 'u32' },
  constants: ['WORKGROUP'],
  params: floatUnaryParams,
});

/** Values of the override `operation`. */
export const OPERATIONS: Readonly<Record<FloatUnaryOperation, number>> = {
  clamp: 0,
  abs: 1,
  exp: 2,
  hardSwish: 3,
  leakyRelu: 4,
  log: 5,
  logistic: 6,
  negate: 7,
  rsqrt: 8,
  sqrt: 9,
  square: 10,
  tanh: 11,
};

export function paramsOf(
  { slope, range }: FloatUnaryParameters,
  elements: number,
): ParamsOf<typeof floatUnaryParams> {
  return { elements, slope, low: range.low, high: range.high };
}

/** One invocation per element. */
export function workgroups(elements: number, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil(elements / workgroup));
}
