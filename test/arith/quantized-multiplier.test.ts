import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantizedMultiplier, quantizeMultiplier } from '../../src/arith';
import './arbitraries';

/** `real * 2^(31 - shift)` is exact: doubles have a significand of 53 bits. */
const scaled = (real: number, shift: number) => (real / 2 ** shift) * 2 ** 31;

describe('quantizing a real factor', () => {
  it('rounds the significand to 31 bits, ties away from zero', () => {
    const factors = fc
      .tuple(
        fc.double({ min: 0.5, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: -31, max: 30 }),
      )
      .map(([significand, exponent]) => significand * 2 ** exponent);
    fc.assert(
      fc.property(factors, (real) => {
        const { multiplier, shift } = quantizeMultiplier(real);
        expect(multiplier).toBeGreaterThanOrEqual(2 ** 30);
        expect(multiplier).toBeLessThan(2 ** 31);
        const error = multiplier - scaled(real, shift);
        expect(error).toBeGreaterThan(-0.5);
        expect(error).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it.each([
    [0, 0, 0],
    [-0, 0, 0],
    [1, 2 ** 30, 1],
    [0.5, 2 ** 30, 0],
    [0.75, 3 * 2 ** 29, 0],
    [2 ** 30, 2 ** 30, 31],
    // TFLite's cap on the softmax scale.
    [2 ** 31 - 1, 2 ** 31 - 1, 31],
    // A tie, and the values next to it.
    [0.5 + 2 ** -32, 2 ** 30 + 1, 0],
    [0.5 + 2 ** -32 - 2 ** -53, 2 ** 30, 0],
    // Rounds up to the next power of two.
    [1 - 2 ** -53, 2 ** 30, 1],
    [1 - 2 ** -32, 2 ** 30, 1],
    [1 - 2 ** -31, 2 ** 31 - 1, 0],
    // The smallest factor with a shift of -31, what rounds up to it, and below.
    [2 ** -32, 2 ** 30, -31],
    [2 ** -32 * (1 - 2 ** -32), 2 ** 30, -31],
    [2 ** -32 * (1 - 2 ** -31), 0, 0],
    [5e-324, 0, 0],
  ])('%d gives multiplier %d, shift %d', (real, multiplier, shift) => {
    expect(quantizeMultiplier(real)).toEqual({ multiplier, shift });
  });

  it('finds the exponent next to every power of two', () => {
    for (let exponent = -31; exponent <= 30; exponent++) {
      const power = 2 ** exponent;
      expect(quantizeMultiplier(power)).toEqual({ multiplier: 2 ** 30, shift: exponent + 1 });
      expect(quantizeMultiplier(power * (1 + 2 ** -52))).toEqual({
        multiplier: 2 ** 30,
        shift: exponent + 1,
      });
      expect(quantizeMultiplier(power * (1 - 2 ** -53))).toEqual({
        multiplier: 2 ** 30,
        shift: exponent + 1,
      });
    }
  });

  it.each([-1, -5e-324, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 31 - 0.25, 1e300])('refuses %d', (real) => {
    expect(() => quantizeMultiplier(real)).toThrow(RangeError);
  });

  it('says what is wrong with a factor', () => {
    expect(() => quantizeMultiplier(NaN)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: quantizeMultiplier: NaN is not a finite factor of at least 0; check the scales it is made of]`,
    );
    expect(() => quantizeMultiplier(2 ** 40)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: quantizeMultiplier: 1099511627776 is not below 2^31; check the scales it is made of]`,
    );
  });
});

describe('checking a pair', () => {
  it('takes the ends of both ranges', () => {
    expect(quantizedMultiplier(0, -31)).toEqual({ multiplier: 0, shift: -31 });
    expect(quantizedMultiplier(2 ** 31 - 1, 31)).toEqual({ multiplier: 2 ** 31 - 1, shift: 31 });
  });

  it.each([
    [-1, 0],
    [2 ** 31, 0],
    [1.5, 0],
    [NaN, 0],
    [1, 32],
    [1, -32],
    [1, 0.5],
  ])('refuses multiplier %d with shift %d', (multiplier, shift) => {
    expect(() => quantizedMultiplier(multiplier, shift)).toThrow(RangeError);
  });
});
