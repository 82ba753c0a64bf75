import { at } from '../../errors';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { SoftmaxParameters } from '../op-parameters';
import { rowWords } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { array, struct } from '../struct-layout';

/** 256 exponentials, four to a vector. */
const EXPONENTIAL_VECTORS = 64;

export const softmaxParams = struct('SoftmaxParams', {
  rows: 'u32',
  classes: 'u32',
  rowWords: 'u32',
  exponentials: array('vec4<i32>', EXPONENTIAL_VECTORS),
});

export const contract = kernelContract({
  kernel: 'softmax',
  bindings: [
    { name: 'params', access: 'uniform', type: 'SoftmaxParams' },
    { name: 'source', access: 'read', type: 'array<u32>' },
    { name: 'destination', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: softmaxParams,
});

export function paramsOf(
  { exponentials }: SoftmaxParameters,
  rows: number,
  classes: number,
): ParamsOf<typeof softmaxParams> {
  return {
    rows,
    classes,
    rowWords: rowWords(classes),
    exponentials: Array.from({ length: EXPONENTIAL_VECTORS }, (_, index) => {
      const start = 4 * index;
      return [
        at(exponentials, start),
        at(exponentials, start + 1),
        at(exponentials, start + 2),
        at(exponentials, start + 3),
      ] as const;
    }),
  };
}

/** One workgroup per row. */
export function workgroups(rows: number): Workgroups {
  return linearWorkgroups(rows);
}
