import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expOnNegativeValuesQ5_26,
  expToSumTermQ12_19,
  oneOverOnePlusXQ0_31,
  softmaxProbability,
  softmaxReciprocal,
} from '../../src/arith';
import './arbitraries';
import { INT32_EDGES, INT32_MAX, INT32_MIN } from './inputs';
import * as oracle from './oracle';

const notPositive = fc.oneof(
  fc.integer({ min: INT32_MIN, max: 0 }),
  fc.integer({ min: -(2 ** 27), max: 0 }),
  fc.constantFrom(...INT32_EDGES.filter((x) => x <= 0)),
);
const notNegative = fc.oneof(
  fc.integer({ min: 0, max: INT32_MAX }),
  fc.constantFrom(...INT32_EDGES.filter((x) => x >= 0)),
);
/** Sums of 1 to 4,095 exponentials, Q12.19. */
const sums = fc.oneof(
  fc.integer({ min: 2 ** 19, max: 4095 * 2 ** 19 }),
  fc.integer({ min: 2 ** 19, max: 20 * 2 ** 19 }),
  fc.constantFrom(...INT32_EDGES.filter((x) => x >= 2 ** 19)),
);

describe('exp of a negative Q5.26', () => {
  it('equals the oracle', () => {
    fc.assert(
      fc.property(notPositive, (a) => {
        expect(expOnNegativeValuesQ5_26(a)).toBe(Number(oracle.int32.exp(BigInt(a), 5)));
      }),
    );
  });

  it('is within 2^-22 of exp', () => {
    fc.assert(
      fc.property(notPositive, (a) => {
        expect(Math.abs(expOnNegativeValuesQ5_26(a) / 2 ** 31 - Math.exp(a / 2 ** 26))).toBeLessThan(
          2 ** -22,
        );
      }),
    );
  });

  it('rounds to a term of the sum, ties away from zero', () => {
    expect([0, 2047, 2048, INT32_MAX].map(expToSumTermQ12_19)).toEqual([0, 0, 1, 2 ** 19]);
  });
});

describe('1 / (1 + x) in Q0.31', () => {
  it('equals the oracle', () => {
    fc.assert(
      fc.property(notNegative, (a) => {
        expect(oneOverOnePlusXQ0_31(a)).toBe(Number(oracle.int32.oneOverOnePlus(BigInt(a))));
      }),
    );
  });

  it('is within 8 units of the real quotient', () => {
    fc.assert(
      fc.property(notNegative, (a) => {
        expect(Math.abs(oneOverOnePlusXQ0_31(a) - 2 ** 31 / (1 + a / 2 ** 31))).toBeLessThan(8);
      }),
    );
  });
});

describe('softmax', () => {
  it('takes the reciprocal of a sum as the oracle does', () => {
    fc.assert(
      fc.property(sums, (sum) => {
        const [mantissa, bitsOverUnit] = oracle.softmaxReciprocal(BigInt(sum));
        expect(softmaxReciprocal(sum)).toEqual({ mantissa: Number(mantissa), bitsOverUnit });
      }),
    );
  });

  it('turns an exponential into a probability as the oracle does', () => {
    fc.assert(
      fc.property(notNegative, sums, (exp, sum) => {
        const expected = oracle.softmaxProbability(BigInt(exp), oracle.softmaxReciprocal(BigInt(sum)));
        expect(softmaxProbability(exp, softmaxReciprocal(sum))).toBe(Number(expected));
      }),
    );
  });

  it('gives the probabilities of a small row, at 1/256 with zero point -128', () => {
    const logits = [0, -1, -2.5, -30];
    const exps = logits.map((logit) => expOnNegativeValuesQ5_26(Math.round(logit * 2 ** 26)));
    const sum = exps.reduce((total, exp) => total + expToSumTermQ12_19(exp), 0);
    const reals = logits.map(Math.exp);
    const realSum = reals.reduce((total, real) => total + real, 0);
    expect(exps.map((exp) => softmaxProbability(exp, softmaxReciprocal(sum)))).toEqual(
      reals.map((real) => Math.round((real / realSum) * 256) - 128),
    );
  });

  it('saturates certainty to 127', () => {
    expect(softmaxProbability(INT32_MAX, softmaxReciprocal(2 ** 19))).toBe(127);
  });

  it('gives -128 where so many logits share the maximum that TFLite stops', () => {
    expect(softmaxProbability(INT32_MAX, softmaxReciprocal(511 * 2 ** 19))).toBe(-127);
    expect(softmaxProbability(INT32_MAX, softmaxReciprocal(512 * 2 ** 19))).toBe(-128);
    expect(softmaxProbability(INT32_MAX, softmaxReciprocal(4095 * 2 ** 19))).toBe(-128);
  });
});
