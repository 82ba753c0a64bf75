import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { MeanLayout } from '../op-parameters';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const floatMeanParams = struct('FloatMeanParams', {
  /** Sizes of the output but for its last dimension, and where each step along them goes in the source. */
  sizes: 'vec4<u32>',
  strides: 'vec4<i32>',
  /** The same for what is averaged. */
  reducedSizes: 'vec4<u32>',
  reducedStrides: 'vec4<i32>',
  elements: 'u32',
  columns: 'u32',
  columnStride: 'i32',
  terms: 'u32',
  reducedColumns: 'u32',
  reducedColumnStride: 'i32',
});

export const contract = kernelContract({
  kernel: 'float_mean',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FloatMeanParams' },
    { name: 'source', access: 'read', type: 'array<f32>' },
    { name: 'destination', access: 'read_write', type: 'array<f32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: floatMeanParams,
});

export function paramsOf(layout: MeanLayout): ParamsOf<typeof floatMeanParams> {
  const [n0, n1, n2, n3, columns] = layout.sizes;
  const [s0, s1, s2, s3, columnStride] = layout.strides;
  const [r0, r1, r2, r3, reducedColumns] = layout.reducedSizes;
  const [t0, t1, t2, t3, reducedColumnStride] = layout.reducedStrides;
  return {
    sizes: [n0, n1, n2, n3],
    strides: [s0, s1, s2, s3],
    reducedSizes: [r0, r1, r2, r3],
    reducedStrides: [t0, t1, t2, t3],
    elements: elements(layout),
    columns,
    columnStride,
    terms: r0 * r1 * r2 * r3 * reducedColumns,
    reducedColumns,
    reducedColumnStride,
  };
}

/** One workgroup per average. */
export function workgroups(layout: MeanLayout): Workgroups {
  return linearWorkgroups(elements(layout));
}

function elements({ sizes: [n0, n1, n2, n3, columns] }: MeanLayout): number {
  return n0 * n1 * n2 * n3 * columns;
}
