import { kernelContract } from '../kernel-contract';
import { lstmParams } from '../lstm-params';

export const contract = kernelContract({
  kernel: 'wave_product',
  bindings: [
    { name: 'params', access: 'uniform', type: 'LstmParams' },
    { name: 'weights', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'bias', access: 'read', type: 'array<vec4<i32>>' },
    { name: 'state_in', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'activation', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'gates', access: 'read_write', type: 'array<vec2<u32>>' },
  ],
  overrides: {},
  constants: ['ROWS', 'SLOTS', 'WORKGROUP'],
  params: lstmParams,
});
