import type { FaultGroup } from '../fault';
import { faultsIn } from '../fault';

const TEST_FILE = 'test/arith/layer-norm.gpu.test.ts';

/** Layer norm's 64-bit sums, statistics and elements. */
export const LAYER_NORM: readonly FaultGroup[] = [
  {
    testFile: TEST_FILE,
    testName: 'inverse square root',
    faults: faultsIn(
      'lib/layer_norm.wgsl',
      ['the inverse square root takes four steps, not five', 'step < 5', 'step < 4'],
      ['large inputs are not divided by 4', 'select(x, x >> 2u, halved_twice)', 'x'],
      ['the division by 4 is not counted in the shift', 'select(11, 12, halved_twice)', '11'],
      ['y^3 is shifted one too little', '(y_squared, y), 6)', '(y_squared, y), 5)'],
      ['the inverse square root of 1 is computed', 'if (x <= 1)', 'if (x < 1)'],
    ),
  },
  {
    testFile: TEST_FILE,
    testName: 'statistics of a row',
    faults: [
      ...faultsIn(
        'lib/layer_norm.wgsl',
        ['the mean loses its sign', 'sign(sum) * i32(mean_magnitude)', 'i32(mean_magnitude)'],
        ['the mean loses its fraction', ' + ((sum_magnitude - quotient * n) << 10u) / n', ''],
        [
          'the square’s high word is dropped',
          'mean_of_squares.y += sum_of_squares.y * u32(inverse_count_q20);',
          '',
        ],
        ['a variance below 1 is kept', 'select(variance, variance_floor, variance < 1)', 'variance'],
        ['the floor replaces a variance of 1', 'variance < 1)', 'variance <= 1)'],
      ),
      ...faultsIn(
        'lib/wide.wgsl',
        ['a wide difference loses its borrow', ' - select(0u, 1u, a.x < b.x)', ''],
        ['a wide product loses its carry', ' + (carried >> 16u) + (middle >> 16u)', ' + (carried >> 16u)'],
      ),
    ],
  },
  {
    testFile: TEST_FILE,
    testName: 'a normalised element',
    faults: faultsIn(
      'lib/layer_norm.wgsl',
      ['layer norm forgets the mean', '1024 * v - statistics.mean', '1024 * v'],
      [
        'the weighted sum truncates',
        'rounding_divide_by_pot(normalised * weight + bias, 10)',
        '((normalised * weight + bias) >> 10u)',
      ],
      ['layer norm forgets the bias', 'normalised * weight + bias, 10)', 'normalised * weight, 10)'],
      ['layer norm’s scale lacks its 2^12', 'multiplier, shift + 12)', 'multiplier, shift)'],
      [
        'a normalised element is not saturated',
        'return saturate_i16(multiply_by_quantized_multiplier(weighted, multiplier, shift + 12));',
        'return multiply_by_quantized_multiplier(weighted, multiplier, shift + 12);',
      ],
    ),
  },
];
