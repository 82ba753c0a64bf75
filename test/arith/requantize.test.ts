import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multiplyByQuantizedMultiplier, quantizedMultiplier, quantizeMultiplier } from '../../src/arith';
import { int32, normalizedMultiplier } from './arbitraries';
import { INT32_EDGES, INT32_MAX } from './inputs';
import { mbqm } from './oracle';

const shifts = fc.integer({ min: -31, max: 31 });

describe('multiplication by a quantized multiplier', () => {
  it('is the doubly rounded product for any int32, multiplier and shift', () => {
    const multipliers = fc.oneof(normalizedMultiplier, fc.integer({ min: 0, max: INT32_MAX }));
    fc.assert(
      fc.property(int32, multipliers, shifts, (x, multiplier, shift) => {
        const actual = multiplyByQuantizedMultiplier(x, quantizedMultiplier(multiplier, shift));
        expect(actual).toBe(Number(mbqm(BigInt(x), BigInt(multiplier), shift)));
      }),
    );
  });

  it('is the doubly rounded product at the edges of all three', () => {
    const multipliers = [0, 1, 2 ** 30, 2 ** 30 + 1, 1518500250, INT32_MAX - 1, INT32_MAX];
    for (const multiplier of multipliers) {
      for (const shift of [-31, -30, -15, -2, -1, 0, 1, 2, 15, 30, 31]) {
        const factor = quantizedMultiplier(multiplier, shift);
        const expected = INT32_EDGES.map((x) => Number(mbqm(BigInt(x), BigInt(multiplier), shift)));
        expect(INT32_EDGES.map((x) => multiplyByQuantizedMultiplier(x, factor))).toEqual(expected);
      }
    }
  });

  it('rounds twice, which differs from rounding once', () => {
    // 3 * 2^-1 * 2^-1 = 0.75: 1.5 rounds to 2, and 2 / 2 is 1.
    expect(multiplyByQuantizedMultiplier(3, quantizeMultiplier(0.25))).toBe(1);
    // 1 * 2^-2 = 0.25: 0.5 rounds to 1, and 1 / 2 rounds to 1.
    expect(multiplyByQuantizedMultiplier(1, quantizeMultiplier(0.25))).toBe(1);
    // -0.25: -0.5 rounds up to 0.
    expect(multiplyByQuantizedMultiplier(-1, quantizeMultiplier(0.25))).toBe(0);
  });

  it('wraps a left shift in int32', () => {
    expect(multiplyByQuantizedMultiplier(2 ** 30, quantizedMultiplier(2 ** 30, 2))).toBe(0);
    expect(multiplyByQuantizedMultiplier(2 ** 30, quantizedMultiplier(2 ** 30, 1))).toBe(-(2 ** 30));
  });

  it('is within 1.5 of the real product where nothing wraps', () => {
    const factors = fc.double({ min: 2 ** -25, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(int32, factors, (x, real) => {
        expect(
          Math.abs(multiplyByQuantizedMultiplier(x, quantizeMultiplier(real)) - x * real),
        ).toBeLessThanOrEqual(1.5);
      }),
    );
  });
});
