import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors';
import { dequantizeValues, quantizeValues } from '../../src/lower/real-values';
import { perTensor } from '../support/graph-builder';

describe('float32 at the ends of a graph', () => {
  it('rounds to the nearest int8, ties away from zero, and saturates', () => {
    const values = Float32Array.of(0, 0.25, -0.25, 0.75, 1e30, -Infinity, 0.249);
    expect([...quantizeValues('x', values, perTensor(0.5, -3))]).toEqual([-3, -2, -4, -1, 127, -128, -3]);
  });

  it('divides in float32: the float64 quotient would round the other way', () => {
    const scale = Math.fround(0.1);
    // 0.35 / 0.1 is 3.4999999 in float64 and 3.5 in float32.
    const value = Math.fround(0.35);
    expect(value / scale).toBeLessThan(3.5);
    expect([...quantizeValues('x', Float32Array.of(value), perTensor(scale))]).toEqual([4]);
  });

  it('names the value that is not a number', () => {
    expect(() => quantizeValues('x', Float32Array.of(0, NaN), perTensor(1))).toThrow(InputError);
    expect(() => quantizeValues('x', Float32Array.of(0, NaN), perTensor(1))).toThrow(
      'x: value 1 is not a number',
    );
  });

  it('reads int8 back as float32', () => {
    const scale = Math.fround(0.1);
    expect([...dequantizeValues(Int8Array.of(-128, 0, 127), perTensor(scale, 7))]).toEqual(
      [-135, -7, 120].map((q) => Math.fround(q * scale)),
    );
  });
});
