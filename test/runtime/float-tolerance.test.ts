import { describe, expect, it } from 'vitest';
import { LARGEST_FLOAT32 } from '../../src/contract/float-op-parameters';
import type { LoweredFloat } from '../../src/lower/float';
import { firstBeyond, floatTolerance } from '../../src/runtime/float-tolerance';

const floats = (...values: readonly number[]): Float32Array => Float32Array.from(values);
const UNIT = 2 ** -23;

describe('the tolerance of an op', () => {
  it('is none where nothing is computed', () => {
    expect(floatTolerance({ kind: 'floatQuantize' } as LoweredFloat, 1)).toEqual({
      relative: 0,
      absolute: 0,
    });
    expect(floatTolerance({ kind: 'floatDequantize' } as LoweredFloat, 1)).toEqual({
      relative: 0,
      absolute: 0,
    });
  });

  it('grows with the terms of a sum', () => {
    const dense = { kind: 'floatFullyConnected' } as LoweredFloat;
    expect(floatTolerance(dense, 100).relative).toBe(108 * UNIT);
    expect(floatTolerance(dense, 1).relative).toBe(9 * UNIT);
  });

  it('is wide for exponentials, and absolute where logarithms vanish', () => {
    const unary = (operation: string): LoweredFloat =>
      ({ kind: 'floatUnary', parameters: { operation } }) as LoweredFloat;
    expect(floatTolerance(unary('sqrt'), 1).relative).toBe(8 * UNIT);
    expect(floatTolerance(unary('exp'), 1).relative).toBe(256 * UNIT);
    expect(floatTolerance(unary('log'), 1).absolute).toBe(2 ** -19);
  });
});

describe('a float that a device computed', () => {
  const tolerance = { relative: 2 ** -20, absolute: 0 };

  it('may be a little off, in proportion to what was added up', () => {
    const expected = floats(1, 1, 1);
    expect(firstBeyond(expected, floats(1, 1 + 2 ** -20, 1 - 2 ** -20), expected, tolerance)).toBeNull();
    expect(firstBeyond(expected, floats(1, 1 + 2 ** -19, 1), expected, tolerance)).toBe(1);
    expect(firstBeyond(expected, floats(1, 1 + 2 ** -19, 1), floats(1, 2, 1), tolerance)).toBeNull();
  });

  it('must not be NaN or infinite where a number is expected', () => {
    const expected = floats(0, 5);
    expect(firstBeyond(expected, floats(0, NaN), expected, tolerance)).toBe(1);
    expect(firstBeyond(expected, floats(-Infinity, 5), expected, tolerance)).toBe(0);
  });

  it('may be anything where WGSL defines nothing', () => {
    const expected = floats(NaN, Infinity, LARGEST_FLOAT32);
    expect(firstBeyond(expected, floats(1, 2, Infinity), expected, tolerance)).toBeNull();
  });
});
