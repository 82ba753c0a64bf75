import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { MeanLayout, MeanParameters } from '../op-parameters';
import { rowWords } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const meanParams = struct('MeanParams', {
  sizes: 'vec4<u32>',
  strides: 'vec4<i32>',
  reducedSizes: 'vec4<u32>',
  reducedStrides: 'vec4<i32>',
  words: 'u32',
  rowWords: 'u32',
  rowElements: 'u32',
  columnStride: 'i32',
  reducedRows: 'u32',
  reducedColumns: 'u32',
  reducedColumnStride: 'i32',
  sourceRowElements: 'u32',
  sourceRowWords: 'u32',
  inputZeroPoint: 'i32',
  multiplier: 'i32',
  shift: 'i32',
  outputZeroPoint: 'i32',
});

export const contract = kernelContract({
  kernel: 'mean',
  bindings: [
    { name: 'params', access: 'uniform', type: 'MeanParams' },
    { name: 'source', access: 'read', type: 'array<u32>' },
    { name: 'destination', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: meanParams,
});

export function paramsOf(parameters: MeanParameters, layout: MeanLayout): ParamsOf<typeof meanParams> {
  const [n0, n1, n2, n3, columns] = layout.sizes;
  const [s0, s1, s2, s3, columnStride] = layout.strides;
  const [r0, r1, r2, r3, reducedColumns] = layout.reducedSizes;
  const [t0, t1, t2, t3, reducedColumnStride] = layout.reducedStrides;
  return {
    sizes: [n0, n1, n2, n3],
    strides: [s0, s1, s2, s3],
    reducedSizes: [r0, r1, r2, r3],
    reducedStrides: [t0, t1, t2, t3],
    words: words(layout),
    rowWords: rowWords(columns),
    rowElements: columns,
    columnStride,
    reducedRows: r0 * r1 * r2 * r3,
    reducedColumns,
    reducedColumnStride,
    sourceRowElements: layout.inputRowElements,
    sourceRowWords: rowWords(layout.inputRowElements),
    inputZeroPoint: parameters.inputZeroPoint,
    multiplier: parameters.multiplier.multiplier,
    shift: parameters.multiplier.shift,
    outputZeroPoint: parameters.outputZeroPoint,
  };
}

/** One invocation per word of the output. */
export function workgroups(layout: MeanLayout, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil(words(layout) / workgroup));
}

function words({ sizes: [n0, n1, n2, n3, columns] }: MeanLayout): number {
  return n0 * n1 * n2 * n3 * rowWords(columns);
}
