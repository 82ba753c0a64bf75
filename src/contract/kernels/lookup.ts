import { at } from '../../errors';
import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { LookupParameters } from '../op-parameters';
import { rowWords } from '../packing';
import type { ParamsOf } from '../struct-layout';
import { array, struct } from '../struct-layout';

/** Entries of the table, 16 int8 to a vector. */
const TABLE_VECTORS = 16;

export const lookupParams = struct('LookupParams', {
  words: 'u32',
  rowWords: 'u32',
  rowElements: 'u32',
  table: array('vec4<u32>', TABLE_VECTORS),
});

export const contract = kernelContract({
  kernel: 'lookup',
  bindings: [
    { name: 'params', access: 'uniform', type: 'LookupParams' },
    { name: 'source', access: 'read', type: 'array<u32>' },
    { name: 'destination', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: lookupParams,
});

export function paramsOf(
  { table }: LookupParameters,
  rows: number,
  rowElements: number,
): ParamsOf<typeof lookupParams> {
  const words = new Uint32Array(new Int8Array(table).buffer);
  return {
    words: rows * rowWords(rowElements),
    rowWords: rowWords(rowElements),
    rowElements,
    table: Array.from({ length: TABLE_VECTORS }, (_, index) => {
      const start = 4 * index;
      return [at(words, start), at(words, start + 1), at(words, start + 2), at(words, start + 3)] as const;
    }),
  };
}

/** One invocation per word. */
export function workgroups(rows: number, rowElements: number, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil((rows * rowWords(rowElements)) / workgroup));
}
