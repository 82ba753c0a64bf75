import { it } from 'vitest';
import { coupledInputGate, hiddenValue, quantizedMultiplier, updateCellState } from '../../src/arith';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { INT16_EDGES, INT32_MAX, pairs } from './inputs';
import { expectEqualBits } from './shader-probe';

const RANDOM_ROWS = 120_000;
const random = new Random(0xce11);
const int16 = () =>
  random.integer(0, 4) === 0
    ? INT16_EDGES[random.integer(0, INT16_EDGES.length - 1)]!
    : random.integer(-32_768, 32_767);
/** Where sums and products leave int16, in any combination. */
const ENDS = [-32_768, -1, 0, 1, 32_767];
const cellScaleLog2 = () => random.integer(-15, -9);

describeOnGpu(`cell and hidden update in WGSL (seed ${random.seed})`, (device) => {
  it('cell state', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/lstm_cell.wgsl',
        parameters: ['forget_gate', 'input_gate', 'cell_gate', 'cell', 'cell_scale_log2', 'clip'],
        results: [
          {
            wgsl: 'update_cell_state(forget_gate, input_gate, cell_gate, cell, cell_scale_log2, clip)',
            expected: updateCellState,
          },
          { wgsl: 'coupled_input_gate(forget_gate)', expected: coupledInputGate },
        ],
      },
      [
        ...pairs(ENDS, pairs(ENDS, pairs(ENDS, pairs(ENDS, pairs([-15, -9], [0, 100]))))),
        ...Array.from({ length: RANDOM_ROWS }, () => [
          int16(),
          int16(),
          int16(),
          int16(),
          cellScaleLog2(),
          random.integer(0, 1) * random.integer(1, 32_767),
        ]),
      ],
    );
  });

  it('hidden value', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/lstm_cell.wgsl',
        parameters: ['output_gate', 'cell', 'cell_scale_log2', 'multiplier', 'shift', 'offset'],
        results: [
          {
            wgsl: 'hidden_value(output_gate, cell, cell_scale_log2, multiplier, shift, offset)',
            expected: (gate = 0, cell = 0, log2 = 0, multiplier = 0, shift = 0, offset = 0) =>
              hiddenValue(gate, cell, log2, quantizedMultiplier(multiplier, shift), offset),
          },
        ],
      },
      Array.from({ length: RANDOM_ROWS }, () => [
        int16(),
        int16(),
        cellScaleLog2(),
        random.integer(2 ** 30, INT32_MAX),
        random.integer(-31, 0),
        random.integer(-128, 128),
      ]),
    );
  });
});
