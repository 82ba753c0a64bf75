import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import { struct } from '../struct-layout';

export const logisticInt16Params = struct('LogisticInt16Params', { elements: 'u32' });

export const contract = kernelContract({
  kernel: 'logistic_int16',
  bindings: [
    { name: 'params', access: 'uniform', type: 'LogisticInt16Params' },
    { name: 'source', access: 'read', type: 'array<i32>' },
    { name: 'destination', access: 'read_write', type: 'array<i32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: logisticInt16Params,
});

/** One invocation per element. */
export function workgroups(elements: number, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil(elements / workgroup));
}
