import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const gatherParams = struct('GatherParams', {
  rows: 'u32',
  rowWords: 'u32',
});

export const contract = kernelContract({
  kernel: 'gather',
  bindings: [
    { name: 'params', access: 'uniform', type: 'GatherParams' },
    { name: 'table', access: 'read', type: 'array<u32>' },
    { name: 'indices', access: 'read', type: 'array<u32>' },
    { name: 'destination', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: gatherParams,
});

export function paramsOf(rows: number, rowWords: number): ParamsOf<typeof gatherParams> {
  return { rows, rowWords };
}

/** One invocation per word of the destination. */
export function workgroups(rows: number, rowWords: number, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil((rows * rowWords) / workgroup));
}
