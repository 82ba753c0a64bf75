import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundingDoublingHighMulI16, roundingDoublingHighMulI32 } from '../../src/arith';
import { int16, int32 } from './arbitraries';
import { INT16_EDGES, INT32_EDGES, INT32_MIN } from './inputs';
import { srdhm } from './oracle';

const oracle = (a: number, b: number, bits: 16 | 32) => Number(srdhm(BigInt(a), BigInt(b), bits));

describe('int32 high multiply', () => {
  it('is the rounded product for any two int32 but -2^31 twice', () => {
    fc.assert(
      fc.property(int32, int32, (a, b) => {
        fc.pre(a !== INT32_MIN || b !== INT32_MIN);
        expect(roundingDoublingHighMulI32(a, b)).toBe(oracle(a, b, 32));
      }),
    );
  });

  it('is the rounded product for every pair of edge values', () => {
    const wrong = INT32_EDGES.flatMap((a) =>
      INT32_EDGES.filter(
        (b) => (a !== INT32_MIN || b !== INT32_MIN) && roundingDoublingHighMulI32(a, b) !== oracle(a, b, 32),
      ).map((b) => [a, b]),
    );
    expect(wrong).toEqual([]);
  });

  it('rounds ties toward positive infinity', () => {
    // 2^30 is one half in Q0.31.
    expect([1, -1, 3, -3].map((a) => roundingDoublingHighMulI32(a, 2 ** 30))).toEqual([1, 0, 2, -1]);
  });
});

describe('int16 high multiply', () => {
  it('is the rounded product for any two int16 but -32,768 twice', () => {
    fc.assert(
      fc.property(int16, int16, (a, b) => {
        fc.pre(a !== -32_768 || b !== -32_768);
        expect(roundingDoublingHighMulI16(a, b)).toBe(oracle(a, b, 16));
      }),
    );
  });

  it('is the rounded product for every pair of edge values', () => {
    const wrong = INT16_EDGES.flatMap((a) =>
      INT16_EDGES.filter(
        (b) => (a !== -32_768 || b !== -32_768) && roundingDoublingHighMulI16(a, b) !== oracle(a, b, 16),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('rounds ties toward positive infinity', () => {
    expect([1, -1, 3, -3].map((a) => roundingDoublingHighMulI16(a, 2 ** 14))).toEqual([1, 0, 2, -1]);
  });
});
