import { kernelContract } from '../kernel-contract';
import { lstmParams } from '../lstm-params';

export const contract = kernelContract({
  kernel: 'input_product',
  bindings: [
    { name: 'params', access: 'uniform', type: 'LstmParams' },
    { name: 'weights', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'bias', access: 'read', type: 'array<vec4<i32>>' },
    { name: 'activation', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'gates', access: 'read_write', type: 'array<vec2<u32>>' },
    { name: 'accumulators', access: 'read_write', type: 'array<vec4<i32>>' },
  ],
  overrides: { trace: 'bool' },
  constants: ['ROWS', 'SLOTS', 'WORKGROUP'],
  params: lstmParams,
});
