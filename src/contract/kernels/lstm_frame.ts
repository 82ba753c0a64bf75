import { GATE_TABLE_BINDINGS } from '../gate-table-bindings';
import { kernelContract } from '../kernel-contract';
import { lstmParams } from '../lstm-params';

export const contract = kernelContract({
  kernel: 'lstm_frame',
  bindings: [
    { name: 'params', access: 'uniform', type: 'LstmParams' },
    { name: 'input_weights', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'weights', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'constants', access: 'read', type: 'array<vec4<i32>>' },
    { name: 'activation', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'state_in', access: 'read', type: 'array<vec2<u32>>' },
    { name: 'state_out', access: 'read_write', type: 'array<u32>' },
    { name: 'cell_state', access: 'read_write', type: 'array<i32>' },
    { name: 'output', access: 'read_write', type: 'array<u32>' },
    ...GATE_TABLE_BINDINGS,
  ],
  overrides: { coupled_gates: 'bool', peephole: 'bool', projection: 'bool' },
  constants: ['ROWS', 'SLOTS', 'WORKGROUP'],
  params: lstmParams,
});
