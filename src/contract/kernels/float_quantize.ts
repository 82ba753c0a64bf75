import { at } from '../../errors';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import type { FloatQuantizeParameters } from '../float-op-parameters';
import { kernelContract } from '../kernel-contract';
import { rowWords } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { array, struct } from '../struct-layout';

/** 255 thresholds and one that nothing reaches, four to a vector. */
const THRESHOLD_VECTORS = 64;

export const floatQuantizeParams = struct('FloatQuantizeParams', {
  words: 'u32',
  rowWords: 'u32',
  rowElements: 'u32',
  thresholds: array('vec4<f32>', THRESHOLD_VECTORS),
});

export const contract = kernelContract({
  kernel: 'float_quantize',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FloatQuantizeParams' },
    { name: 'source', access: 'read', type: 'array<f32>' },
    { name: 'destination', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: floatQuantizeParams,
});

export function paramsOf(
  { thresholds }: FloatQuantizeParameters,
  rows: number,
  rowElements: number,
): ParamsOf<typeof floatQuantizeParams> {
  const padded = [...thresholds, Infinity];
  return {
    words: rows * rowWords(rowElements),
    rowWords: rowWords(rowElements),
    rowElements,
    thresholds: Array.from({ length: THRESHOLD_VECTORS }, (_, index) => {
      const start = 4 * index;
      return [
        at(padded, start),
        at(padded, start + 1),
        at(padded, start + 2),
        at(padded, start + 3),
      ] as const;
    }),
  };
}

/** One invocation per word of the destination. */
export function workgroups(rows: number, rowElements: number, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil((rows * rowWords(rowElements)) / workgroup));
}
