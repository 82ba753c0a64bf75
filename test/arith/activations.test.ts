import { describe, expect, it } from 'vitest';
import {
  expOnNegativeValues,
  logisticQ3_12,
  oneMinusOverOnePlus,
  oneOverOnePlus,
  tanhQ0_15,
} from '../../src/arith';
import { EVERY_INT16 } from './inputs';
import * as oracle from './oracle';

/** 1 in Q0.15. */
const ONE = 2 ** 15;
const NOT_POSITIVE = EVERY_INT16.filter((a) => a <= 0);
const NOT_NEGATIVE = EVERY_INT16.filter((a) => a >= 0);

/** Inputs on which two functions differ, with both results; empty is what we want to see. */
function differences(
  inputs: readonly number[],
  actual: (a: number) => number,
  expected: (a: bigint) => bigint,
) {
  return inputs
    .map((a) => ({ a, actual: actual(a), expected: Number(expected(BigInt(a))) }))
    .filter((row) => row.actual !== row.expected);
}

/** Largest distance from the real function, in units of the last place of Q0.15. */
function largestError(
  inputs: readonly number[],
  actual: (a: number) => number,
  real: (a: number) => number,
): number {
  return inputs.reduce((largest, a) => Math.max(largest, Math.abs(actual(a) - ONE * real(a))), 0);
}

describe.each([0, 1, 2, 3, 4, 5, 6, 7])('exp of a negative int16 with %i integer bits', (integerBits) => {
  const exp = (a: number) => expOnNegativeValues(a, integerBits);

  it('equals the oracle for all inputs', () => {
    expect(differences(NOT_POSITIVE, exp, (a) => oracle.int16.exp(a, integerBits))).toEqual([]);
  });

  it('is within 2 units of exp', () => {
    expect(largestError(NOT_POSITIVE, exp, (a) => Math.exp(a / 2 ** (15 - integerBits)))).toBeLessThan(2);
  });
});

describe('reciprocals of 1 + a', () => {
  it('equal the oracle for all inputs', () => {
    expect(differences(NOT_NEGATIVE, oneOverOnePlus, (a) => oracle.int16.oneOverOnePlus(a))).toEqual([]);
    expect(
      differences(NOT_NEGATIVE, oneMinusOverOnePlus, (a) => oracle.int16.oneMinusOverOnePlus(a)),
    ).toEqual([]);
  });

  it('are within 6 and 12 units of the real quotients', () => {
    expect(largestError(NOT_NEGATIVE, oneOverOnePlus, (a) => 1 / (1 + a / ONE))).toBeLessThan(6);
    expect(largestError(NOT_NEGATIVE, oneMinusOverOnePlus, (a) => (ONE - a) / (ONE + a))).toBeLessThan(12);
  });

  it('stay in the ranges that they state', () => {
    const quotients = NOT_NEGATIVE.map(oneOverOnePlus);
    expect([Math.min(...quotients), Math.max(...quotients)]).toEqual([16_380, 32_767]);
    const differenceQuotients = NOT_NEGATIVE.map(oneMinusOverOnePlus);
    expect([Math.min(...differenceQuotients), Math.max(...differenceQuotients)]).toEqual([-8, 32_767]);
  });
});

describe('logistic', () => {
  it('equals the oracle for all inputs', () => {
    expect(differences(EVERY_INT16, logisticQ3_12, oracle.logistic)).toEqual([]);
  });

  it('is within 6.5 units of the real function', () => {
    expect(largestError(EVERY_INT16, logisticQ3_12, (a) => 1 / (1 + Math.exp(-a / 2 ** 12)))).toBeLessThan(
      6.5,
    );
  });

  it('adds up to the largest Q0.15 with its mirror image', () => {
    const sums = new Set(NOT_NEGATIVE.slice(1).map((a) => logisticQ3_12(a) + logisticQ3_12(-a)));
    expect([...sums]).toEqual([32_767]);
    expect(logisticQ3_12(0)).toBe(16_384);
  });
});

describe.each([0, 1, 2, 3, 4, 5, 6])('tanh of an int16 with %i integer bits', (integerBits) => {
  const tanh = (a: number) => tanhQ0_15(a, integerBits);

  it('equals the oracle for all inputs', () => {
    expect(differences(EVERY_INT16, tanh, (a) => oracle.tanh(a, integerBits))).toEqual([]);
  });

  it('is within 12.1 units of the real function', () => {
    expect(largestError(EVERY_INT16, tanh, (a) => Math.tanh(a / 2 ** (15 - integerBits)))).toBeLessThan(12.1);
  });

  it('is odd', () => {
    expect(NOT_NEGATIVE.filter((a) => tanh(-a) + tanh(a) !== 0)).toEqual([]);
  });
});
