import { kernelContract } from '../kernel-contract';
import { lstmParams } from '../lstm-params';

export const contract = kernelContract({
  kernel: 'projection',
  bindings: [
    { name: 'params', access: 'uniform', type: 'LstmParams' },
    { name: 'weights', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'bias', access: 'read', type: 'array<vec4<i32>>' },
    { name: 'hidden', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'state_in', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'state_out', access: 'read_write', type: 'array<u32>' },
    { name: 'output', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: ['ROWS', 'SLOTS', 'WORKGROUP'],
  params: lstmParams,
});
