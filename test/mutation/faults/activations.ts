import type { FaultGroup } from '../fault';
import { faultsIn } from '../fault';

/** Logistic, tanh, their exponential and reciprocal, and softmax's. */
export const ACTIVATIONS: readonly FaultGroup[] = [
  {
    testFile: 'test/arith/activations.gpu.test.ts',
    testName: 'exp of negative values',
    faults: [
      ...faultsIn(
        'lib/exp.wgsl',
        ['the quartic term is not rounded', '((x4 + 2) >> 2u)', '(x4 >> 2u)'],
        [
          'the polynomial’s half is not rounded',
          '(cubic_and_quartic + x2 + 1) >> 1u',
          '(cubic_and_quartic + x2) >> 1u',
        ],
        ['exp(0) is missing', 'return select(result, 32767, a == 0);', 'return result;'],
        [
          'exp does not vanish far below 0',
          'result = select(result, 0, quarters >> u32(fractional_bits + 4) > 0);',
          '',
        ],
        [
          'a factor is taken from the neighbouring bit',
          'quarters, fractional_bits + 2, EXP',
          'quarters, fractional_bits + 1, EXP',
        ],
        [
          'the factor exp(-8) is missing',
          'result = multiply_if_bit(result, quarters, fractional_bits + 3, EXP_MINUS_8_Q0_15);',
          '',
        ],
      ),
      ...faultsIn('generated/constants.wgsl', [
        'exp(-1) is one unit too large',
        'EXP_MINUS_1_Q0_15: i32 = 12055',
        'EXP_MINUS_1_Q0_15: i32 = 12056',
      ]),
    ],
  },
  {
    testFile: 'test/arith/activations.gpu.test.ts',
    testName: 'reciprocals of 1 + a',
    faults: faultsIn(
      'lib/reciprocal.wgsl',
      [
        'the reciprocal takes two steps of Newton, not three',
        'newton_step(newton_step(newton_step(seed, d), d), d)',
        'newton_step(newton_step(seed, d), d)',
      ],
      ['the Newton step subtracts its correction', 'return x + (rounding', 'return x - (rounding'],
      [
        '1/(1 + a) wraps at a = 0',
        'return saturating_shift_left_i16(two_over_one_plus(a), 1);',
        'return two_over_one_plus(a) << 1u;',
      ],
      ['half of a is rounded up', '(a >> 1u)', '((a + 1) >> 1u)'],
    ),
  },
  {
    testFile: 'test/arith/activations.gpu.test.ts',
    testName: 'logistic',
    faults: faultsIn(
      'lib/logistic.wgsl',
      ['the negative half is 32768 minus the positive one', '32767 - positive_half', '32768 - positive_half'],
      ['logistic(0) is not one half', 'a > 0), 1 << 14u, a == 0)', 'a > 0), 1 << 14u, false)'],
      ['logistic reads Q4.11', 'exp_on_negative_values(-abs(a), 3)', 'exp_on_negative_values(-abs(a), 4)'],
    ),
  },
  {
    testFile: 'test/arith/activations.gpu.test.ts',
    testName: 'tanh, integer bits known at run time',
    faults: faultsIn(
      'lib/tanh.wgsl',
      ['tanh is even', 'return sign(a) * one_minus', 'return one_minus'],
      ['tanh halves its argument', 'integer_bits + 1)', 'integer_bits)'],
    ),
  },
  {
    testFile: 'test/arith/activations.gpu.test.ts',
    testName: 'logistic by table',
    faults: faultsIn(
      'lib/logistic_table.wgsl',
      ['the table of logistic begins at 0', 'u32(max(abs(a) - 1, 0))', 'u32(abs(a))'],
      ['the halves of a word of logistic are exchanged', '~index & 1u', 'index & 1u'],
      ['the words of a vector of logistic repeat', '(index >> 1u) & 3u', '(index >> 1u) & 1u'],
      ['logistic(0) is looked up', 'a > 0), 1 << 14u, a == 0)', 'a > 0), 1 << 14u, false)'],
      ['the negative half is looked up, too', '32767 - positive_half, ', 'positive_half, '],
    ),
  },
  {
    testFile: 'test/arith/activations.gpu.test.ts',
    testName: 'tanh by table, of 3 integer bits and more',
    faults: faultsIn(
      'lib/tanh_table.wgsl',
      ['tanh by table is even', 'return sign(a) * ', 'return '],
      ['tanh by table is of Q3.12 alone', 'u32(integer_bits - 3)', '0u'],
      ['tanh by table wraps beyond Q3.12', '- 1, 0, 32767))', '- 1, 0, 65535) & 32767)'],
      ['the halves of a word of tanh are exchanged', '~index & 1u', 'index & 1u'],
    ),
  },
  {
    testFile: 'test/arith/softmax.gpu.test.ts',
    testName: 'exp of a negative Q5.26',
    faults: faultsIn(
      'lib/softmax.wgsl',
      [
        'softmax’s exp lacks exp(-16)',
        'result = multiply_if_bit_q0_31(result, quarters, 30u, EXP_MINUS_16_Q0_31);',
        '',
      ],
      ['softmax’s exp(0) overflows', 'return select(result, 0x7fffffff, a == 0);', 'return result;'],
    ),
  },
  {
    testFile: 'test/arith/softmax.gpu.test.ts',
    testName: 'functions of an exponential',
    faults: faultsIn(
      'lib/softmax.wgsl',
      [
        'a term of softmax’s sum truncates',
        'return rounding_divide_by_pot(exp_q0_31, 12);',
        'return exp_q0_31 >> 12u;',
      ],
      ['softmax’s reciprocal takes two steps', 'step < 3', 'step < 2'],
    ),
  },
  {
    testFile: 'test/arith/softmax.gpu.test.ts',
    testName: 'reciprocal of a sum, and probability',
    faults: faultsIn(
      'lib/softmax.wgsl',
      ['softmax’s sum keeps its leading bit', ' & 0x7fffffff;', ';'],
      ['a vanishing probability is not 0', 'min(shift, 31)), 0, shift > 31)', 'min(shift, 31)), 0, false)'],
      ['softmax forgets its zero point', 'saturate_i8(quotient - 128)', 'saturate_i8(quotient)'],
    ),
  },
];
