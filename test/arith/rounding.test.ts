import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundingDivideByPot } from '../../src/arith';
import { int32 } from './arbitraries';
import { INT32_EDGES, INT32_MAX, INT32_MIN } from './inputs';
import { rdivpot } from './oracle';

describe('rounding division by a power of two', () => {
  it('is the rounded quotient for any int32 and exponent', () => {
    fc.assert(
      fc.property(int32, fc.integer({ min: 0, max: 31 }), (x, exponent) => {
        expect(roundingDivideByPot(x, exponent)).toBe(Number(rdivpot(BigInt(x), exponent)));
      }),
    );
  });

  it('is the nearest integer, told apart from real division', () => {
    for (const x of INT32_EDGES) {
      for (let exponent = 0; exponent <= 31; exponent++) {
        const real = Math.abs(x) / 2 ** exponent;
        expect(roundingDivideByPot(x, exponent)).toBe(
          x < 0 ? 0 - Math.floor(real + 0.5) : Math.floor(real + 0.5),
        );
      }
    }
  });

  it('rounds ties away from zero', () => {
    expect([5, -5, 7, -7, 1, -1].map((x) => roundingDivideByPot(x, 1))).toEqual([3, -3, 4, -4, 1, -1]);
    expect([6, -6, 2, -2].map((x) => roundingDivideByPot(x, 2))).toEqual([2, -2, 1, -1]);
  });

  it('does not overflow at the ends of int32', () => {
    expect(roundingDivideByPot(INT32_MAX, 1)).toBe(2 ** 30);
    expect(roundingDivideByPot(INT32_MIN, 1)).toBe(-(2 ** 30));
    expect([INT32_MAX, INT32_MIN].map((x) => roundingDivideByPot(x, 31))).toEqual([1, -1]);
    expect([INT32_MAX, INT32_MIN].map((x) => roundingDivideByPot(x, 0))).toEqual([INT32_MAX, INT32_MIN]);
  });
});
