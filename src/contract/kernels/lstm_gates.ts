import { kernelContract } from '../kernel-contract';
import { lstmParams } from '../lstm-params';

export const contract = kernelContract({
  kernel: 'lstm_gates',
  bindings: [
    { name: 'params', access: 'uniform', type: 'LstmParams' },
    { name: 'weights', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'constants', access: 'read', type: 'array<vec4<i32>>' },
    { name: 'input_gates', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'state_in', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'gate_sums', access: 'read_write', type: 'array<vec2<u32>>' },
    { name: 'stages', access: 'read_write', type: 'array<vec4<i32>>' },
  ],
  overrides: { trace: 'bool' },
  constants: ['ROWS', 'SLOTS', 'WORKGROUP'],
  params: lstmParams,
});
