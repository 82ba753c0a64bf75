import { it } from 'vitest';
import {
  expOnNegativeValuesQ5_26,
  expToSumTermQ12_19,
  oneOverOnePlusXQ0_31,
  softmaxProbability,
  softmaxReciprocal,
} from '../../src/arith';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { INT32_EDGES, INT32_MAX, int32OfAnySize, pairs } from './inputs';
import { expectEqualBits } from './shader-probe';

const RANDOM_ROWS = 120_000;
const random = new Random(0x50f7);
const notNegative = [
  ...INT32_EDGES.filter((x) => x >= 0),
  ...Array.from({ length: RANDOM_ROWS }, () => int32OfAnySize(random) & INT32_MAX),
];
/** Sums of 1 to 4,095 exponentials, Q12.19. */
const sum = () => random.integer(2 ** 19, 2 ** random.integer(20, 31) - 1);
const EDGE_SUMS = INT32_EDGES.filter((x) => x >= 2 ** 19);

describeOnGpu(`softmax in WGSL (seed ${random.seed})`, (device) => {
  it('exp of a negative Q5.26', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/softmax.wgsl',
        parameters: ['a'],
        results: [{ wgsl: 'exp_on_negative_values_q5_26(a)', expected: expOnNegativeValuesQ5_26 }],
      },
      [...INT32_EDGES.filter((x) => x <= 0), ...notNegative.map((x) => 0 - x)].map((x) => [x]),
    );
  });

  it('functions of an exponential', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/softmax.wgsl',
        parameters: ['exponential'],
        results: [
          { wgsl: 'exp_to_sum_term_q12_19(exponential)', expected: expToSumTermQ12_19 },
          { wgsl: 'one_over_one_plus_x_q0_31(exponential)', expected: oneOverOnePlusXQ0_31 },
        ],
      },
      notNegative.map((x) => [x]),
    );
  });

  it('reciprocal of a sum, and probability', async () => {
    const exponentials = INT32_EDGES.filter((x) => x >= 0);
    await expectEqualBits(
      device(),
      {
        include: 'lib/softmax.wgsl',
        parameters: ['exponential', 'sum'],
        results: [
          { wgsl: 'softmax_reciprocal(sum).mantissa', expected: (_, s = 0) => softmaxReciprocal(s).mantissa },
          {
            wgsl: 'softmax_reciprocal(sum).bits_over_unit',
            expected: (_, s = 0) => softmaxReciprocal(s).bitsOverUnit,
          },
          {
            wgsl: 'softmax_probability(exponential, softmax_reciprocal(sum))',
            expected: (exponential = 0, s = 0) => softmaxProbability(exponential, softmaxReciprocal(s)),
          },
        ],
      },
      [...pairs(exponentials, EDGE_SUMS), ...notNegative.map((exponential) => [exponential, sum()])],
    );
  });
});
