import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coupledInputGate, hiddenValue, quantizedMultiplier, updateCellState } from '../../src/arith';
import { int16, normalizedMultiplier } from './arbitraries';
import * as oracle from './oracle';

const cellScaleLog2s = fc.integer({ min: -15, max: -9 });
const saturate = (x: bigint, max: bigint) => (x > max ? max : x < -max - 1n ? -max - 1n : x);

describe('cell state', () => {
  const clips = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 32_767 }));

  it('equals the oracle for any gates, cell state, scale and clip', () => {
    fc.assert(
      fc.property(
        int16,
        int16,
        int16,
        int16,
        cellScaleLog2s,
        clips,
        (forget, input, gate, cell, log2, clip) => {
          const kept = saturate(oracle.rdivpot(BigInt(forget) * BigInt(cell), 15), 32_767n);
          const added = saturate(oracle.rdivpot(BigInt(input) * BigInt(gate), 30 + log2), 32_767n);
          const sum = Number(saturate(kept + added, 32_767n));
          const expected = clip > 0 ? Math.min(Math.max(sum, -clip), clip) : sum;
          expect(updateCellState(forget, input, gate, cell, log2, clip)).toBe(expected);
        },
      ),
    );
  });

  it('saturates, and clips symmetrically', () => {
    expect(updateCellState(32_767, 32_767, 32_767, 32_767, -11, 0)).toBe(32_767);
    expect(updateCellState(32_767, 32_767, -32_767, -32_768, -11, 0)).toBe(-32_768);
    expect(updateCellState(32_767, 32_767, -32_767, -32_768, -11, 100)).toBe(-100);
  });
});

describe('hidden value', () => {
  it('equals the oracle for any gate, cell state, scale and multiplier', () => {
    const shifts = fc.integer({ min: -31, max: 0 });
    const offsets = fc.integer({ min: -128, max: 128 });
    fc.assert(
      fc.property(
        int16,
        int16,
        cellScaleLog2s,
        normalizedMultiplier,
        shifts,
        offsets,
        (gate, cell, log2, multiplier, shift, offset) => {
          const product = BigInt(gate) * oracle.tanh(BigInt(cell), 15 + log2);
          const expected = saturate(oracle.mbqm(product, BigInt(multiplier), shift) + BigInt(offset), 127n);
          const actual = hiddenValue(gate, cell, log2, quantizedMultiplier(multiplier, shift), offset);
          expect(actual).toBe(Number(expected));
        },
      ),
    );
  });
});

it('a coupled input gate is what the forget gate leaves of the largest Q0.15', () => {
  expect([0, 1, 16_384, 32_767].map(coupledInputGate)).toEqual([32_767, 32_766, 16_383, 0]);
});
