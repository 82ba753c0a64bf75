import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import { kernelContract } from '../kernel-contract';
import { struct } from '../struct-layout';

export const floatSoftmaxParams = struct('FloatSoftmaxParams', {
  rows: 'u32',
  classes: 'u32',
  beta: 'f32',
});

export const contract = kernelContract({
  kernel: 'float_softmax',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FloatSoftmaxParams' },
    { name: 'source', access: 'read', type: 'array<f32>' },
    { name: 'destination', access: 'read_write', type: 'array<f32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: floatSoftmaxParams,
});

/** One workgroup per row. */
export function workgroups(rows: number): Workgroups {
  return linearWorkgroups(rows);
}
