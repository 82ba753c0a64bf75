import type { FaultGroup } from '../fault';
import { faultsIn } from '../fault';

const TEST_FILE = 'test/arith/lstm-cell.gpu.test.ts';

/** Cell and hidden update of one cell. */
export const CELL: readonly FaultGroup[] = [
  {
    testFile: TEST_FILE,
    testName: 'cell state',
    faults: faultsIn(
      'lib/lstm_cell.wgsl',
      [
        'the sum of the cell update wraps',
        'let next = saturate_i16(kept + added);',
        'let next = kept + added;',
      ],
      [
        'the added product is not saturated',
        'saturate_i16(rounding_divide_by_pot(input_gate * cell_gate, 30 + cell_scale_log2))',
        'rounding_divide_by_pot(input_gate * cell_gate, 30 + cell_scale_log2)',
      ],
      [
        'the kept product truncates',
        'rounding_divide_by_pot(forget_gate * cell, 15)',
        '((forget_gate * cell) >> 15u)',
      ],
      ['the cell’s scale goes the other way', '30 + cell_scale_log2))', '15 - cell_scale_log2))'],
      [
        'the cell clip is missing',
        'return select(next, clamp(next, -clip, clip), clip > 0);',
        'return next;',
      ],
      ['the cell clip is one-sided', 'clamp(next, -clip, clip)', 'min(next, clip)'],
      [
        'a cell clip of 0 clips to 0',
        'clamp(next, -clip, clip), clip > 0)',
        'clamp(next, -clip, clip), true)',
      ],
      ['the coupled input gate is 32768 - f', 'return 32767 - forget_gate;', 'return 32768 - forget_gate;'],
    ),
  },
  {
    testFile: TEST_FILE,
    testName: 'hidden value',
    faults: faultsIn(
      'lib/lstm_cell.wgsl',
      [
        'the hidden value forgets its zero point',
        'multiply_by_quantized_multiplier(product, multiplier, shift) + offset)',
        'multiply_by_quantized_multiplier(product, multiplier, shift))',
      ],
      [
        'the hidden value saturates before its zero point',
        'saturate_i8(multiply_by_quantized_multiplier(product, multiplier, shift) + offset)',
        'saturate_i8(saturate_i8(multiply_by_quantized_multiplier(product, multiplier, shift)) + offset)',
      ],
      [
        'the hidden value is not saturated',
        'return saturate_i8(multiply_by_quantized_multiplier(product, multiplier, shift) + offset)',
        'return (multiply_by_quantized_multiplier(product, multiplier, shift) + offset)',
      ],
      [
        'the hidden value reads the cell as Q3.12',
        'tanh_q0_15(cell, 15 + cell_scale_log2)',
        'tanh_q0_15(cell, 3)',
      ],
    ),
  },
];
