import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inverseSqrtMultiplier,
  layerNormElement,
  layerNormStatistics,
  quantizedMultiplier,
  quantizeMultiplier,
} from '../../src/arith';
import { int16, int32, normalizedMultiplier } from './arbitraries';
import { INT32_EDGES, INT32_MAX } from './inputs';
import * as oracle from './oracle';

const positiveInt32 = fc.oneof(
  fc.integer({ min: 1, max: INT32_MAX }),
  fc.integer({ min: 1, max: 5_000 }),
  fc.constantFrom(...INT32_EDGES.filter((x) => x >= 1)),
);
/** Counts of units: small, odd, around the powers of two at which 2^20 / n is exact, and the largest. */
const counts = fc.oneof(
  fc.integer({ min: 1, max: 70 }),
  fc.integer({ min: 1, max: 65_535 }),
  fc.constantFrom(128, 1024, 65_535),
);

/** (sum, sum of squares, n) of rows that exist: n values, of which all but one are equal. */
const moments = fc.tuple(int16, int16, counts).map(([common, odd, n]) => ({
  sum: common * (n - 1) + odd,
  sumOfSquares: common * common * (n - 1) + odd * odd,
  n,
}));

function oracleStatistics(
  { sum, sumOfSquares, n }: { sum: number; sumOfSquares: number; n: number },
  floor: number,
) {
  return oracle.layerNormStatistics(BigInt(sum), BigInt(sumOfSquares), BigInt(n), BigInt(floor));
}

describe('inverse square root', () => {
  it('equals the oracle for any positive int32', () => {
    fc.assert(
      fc.property(positiveInt32, (x) => {
        const [multiplier, shift] = oracle.inverseSqrt(BigInt(x));
        expect(inverseSqrtMultiplier(x)).toEqual({ multiplier: Number(multiplier), shift });
      }),
    );
  });

  it('equals the oracle for every x up to 70,000', () => {
    for (let x = 1; x <= 70_000; x++) {
      const [multiplier, shift] = oracle.inverseSqrt(BigInt(x));
      const actual = inverseSqrtMultiplier(x);
      if (actual.multiplier !== Number(multiplier) || actual.shift !== shift) expect.fail(`x = ${x}`);
    }
  });

  it('is within 2^-19 of the real value, relatively', () => {
    fc.assert(
      fc.property(positiveInt32, (x) => {
        const { multiplier, shift } = inverseSqrtMultiplier(x);
        expect(Math.abs((multiplier / 2 ** 31) * 2 ** shift * Math.sqrt(x) - 1)).toBeLessThan(2 ** -19);
      }),
    );
  });

  it('has a shift of -12 to 0', () => {
    const shifts = [1, 2, 31, 32, 2 ** 29 - 1, 2 ** 29, INT32_MAX].map((x) => inverseSqrtMultiplier(x).shift);
    expect(shifts).toEqual([0, 0, 0, 0, -11, -12, -12]);
  });
});

describe('statistics of a row', () => {
  it('equal the oracle', () => {
    fc.assert(
      fc.property(moments, positiveInt32, (row, floor) => {
        const { mean, inverseStdDev } = oracleStatistics(row, floor);
        expect(layerNormStatistics(row.sum, row.sumOfSquares, row.n, floor)).toEqual({
          mean: Number(mean),
          inverseStdDev: { multiplier: Number(inverseStdDev[0]), shift: inverseStdDev[1] },
        });
      }),
    );
  });

  it('truncate the mean toward zero', () => {
    expect([1, -1].map((sum) => layerNormStatistics(sum, 1, 3, 1).mean)).toEqual([341, -341]);
  });

  it('take the floor for a variance below 1', () => {
    const floor = inverseSqrtMultiplier(400);
    expect(layerNormStatistics(7 * 5, 7 * 25, 7, 400).inverseStdDev).toEqual(floor);
    expect(layerNormStatistics(0, 0, 4, 400).inverseStdDev).toEqual(floor);
    // 2^20 / 3 is truncated, so the variance of three equal large values comes out negative.
    expect(layerNormStatistics(-3 * 32_768, 3 * 2 ** 30, 3, 400).inverseStdDev).toEqual(floor);
    expect(layerNormStatistics(0, 4, 4, 400).inverseStdDev).toEqual(inverseSqrtMultiplier(1));
  });
});

describe('a normalised element', () => {
  it('equals the oracle, also where the weighted sum wraps', () => {
    const shifts = fc.integer({ min: -31, max: 19 });
    fc.assert(
      fc.property(
        moments,
        int16,
        int16,
        int32,
        normalizedMultiplier,
        shifts,
        (row, v, weight, bias, multiplier, shift) => {
          const actual = layerNormElement(
            v,
            layerNormStatistics(row.sum, row.sumOfSquares, row.n, 1),
            weight,
            bias,
            quantizedMultiplier(multiplier, shift),
          );
          const expected = oracle.layerNormElement(
            BigInt(v),
            oracleStatistics(row, 1),
            BigInt(weight),
            BigInt(bias),
            [BigInt(multiplier), shift],
          );
          expect(actual).toBe(Number(expected));
        },
      ),
    );
  });

  it('is the real layer norm within 2 units of Q3.12', () => {
    const row = [-3000, -1200, 5, 800, 900, 2500, 12_000, -7000];
    const mean = row.reduce((sum, v) => sum + v, 0) / row.length;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / row.length;
    const statistics = layerNormStatistics(
      mean * row.length,
      row.reduce((sum, v) => sum + v * v, 0),
      row.length,
      1,
    );
    const [scale, weight, bias] = [2 ** -15 * 1.7, 20_000, -3_000_000];
    for (const v of row) {
      const real = ((v - mean) / Math.sqrt(variance)) * weight * scale + bias * scale * 2 ** -10;
      const actual = layerNormElement(v, statistics, weight, bias, quantizeMultiplier(scale));
      expect(Math.abs(actual - real * 2 ** 12)).toBeLessThan(2);
    }
  });
});
