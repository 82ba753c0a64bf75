import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuantizationError } from '../../src/errors';
import { quantizeToInt16, quantizeToInt32, quantizeToInt8 } from '../../src/quantize/integer-constants';
import {
  asymmetricInt8,
  powerOfTwoInt16,
  productScale,
  roundHalfAway,
  symmetric,
} from '../../src/quantize/scale';

const float32 = fc.float({ min: -1e6, max: 1e6, noNaN: true });

describe('asymmetric int8', () => {
  test('pixels 0 to 1 get the scale 1/255 and zero at -128', () => {
    expect(asymmetricInt8('x', { min: 0, max: 1 })).toEqual({ scale: Math.fround(1 / 255), zeroPoint: -128 });
  });

  test('a range on one side of 0 is widened to 0', () => {
    expect(asymmetricInt8('x', { min: 2, max: 5.1 })).toEqual({
      scale: Math.fround(Math.fround(5.1) / 255),
      zeroPoint: -128,
    });
    expect(asymmetricInt8('x', { min: -5.1, max: -2 })).toEqual({
      scale: Math.fround(Math.fround(5.1) / 255),
      zeroPoint: 127,
    });
  });

  test('a zero point halfway between two integers goes away from zero', () => {
    // -128 + 127.5 = -0.5 and -128 + 128.5 = 0.5
    expect(asymmetricInt8('x', { min: -127.5, max: 127.5 }).zeroPoint).toBe(-1);
    expect(asymmetricInt8('x', { min: -128.5, max: 126.5 }).zeroPoint).toBe(1);
  });

  test('0 is exact, and the ends of the range are at most half a step out of reach', () => {
    fc.assert(
      fc.property(float32, float32, (a, b) => {
        const [min, max] = [Math.min(a, b, 0), Math.max(a, b, 0)];
        fc.pre(max - min > 1e-30);
        const { scale, zeroPoint } = asymmetricInt8('x', { min, max });
        expect(Number.isInteger(zeroPoint)).toBe(true);
        expect(Object.is(zeroPoint, -0)).toBe(false);
        expect(zeroPoint).toBeGreaterThanOrEqual(-128);
        expect(zeroPoint).toBeLessThanOrEqual(127);
        const slack = scale * 0.501;
        expect(scale * (-128 - zeroPoint)).toBeLessThanOrEqual(min + slack);
        expect(scale * (127 - zeroPoint)).toBeGreaterThanOrEqual(max - slack);
      }),
    );
  });

  test('a range that never left zero, or is not finite, names its subject', () => {
    expect(() => asymmetricInt8('conv/out', { min: 0, max: 0 })).toThrow(
      /^conv\/out: range 0 to 0 leaves no scale/,
    );
    expect(() => asymmetricInt8('conv/out', { min: 0, max: Infinity })).toThrow(/conv\/out: .*not finite/);
    expect(() => asymmetricInt8('conv/out', { min: NaN, max: 1 })).toThrow(QuantizationError);
  });
});

describe('power-of-two int16', () => {
  test.each([
    [1e-6, -15],
    [1, -15],
    [1.0001, -14],
    [2, -14],
    [14.67, -11],
    [63.9, -9],
    [64, -9],
  ])('a magnitude of %f has the scale 2^%i', (magnitude, log2) => {
    expect(powerOfTwoInt16('c', { min: -magnitude, max: 0 }, -15, -9)).toEqual({
      scale: 2 ** log2,
      zeroPoint: 0,
    });
  });

  test('beyond 64 it is an error that names the cell state', () => {
    expect(() => powerOfTwoInt16('lstm/c', { min: 0, max: 64.001 }, -15, -9)).toThrow(
      /^lstm\/c: reaches 64.001, beyond 64: its scale would be above 2\^-9/,
    );
    expect(() => powerOfTwoInt16('lstm/c', { min: NaN, max: NaN }, -15, -9)).toThrow(QuantizationError);
  });
});

test('products of scales round to float32 after each factor', () => {
  const [a, b, c] = [0.1, 0.3, 0.7].map(Math.fround) as [number, number, number];
  expect(productScale([a, b, c], -10).scale).toBe(Math.fround(Math.fround(Math.fround(a * b) * c) / 1024));
});

test('rounding takes ties away from zero and has no negative zero', () => {
  expect([0.5, 1.5, -0.5, -1.5, 2.4999].map(roundHalfAway)).toEqual([1, 2, -1, -2, 2]);
  expect(Object.is(roundHalfAway(-0.3), 0)).toBe(true);
});

describe('integer constants', () => {
  test('the largest weight becomes 127, never -128, and every other is within half a step', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ min: -1e6, max: 1e6, noNaN: true, minLength: 1, maxLength: 40 }),
        (weights) => {
          const magnitude = weights.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
          fc.pre(magnitude > 1e-30);
          const { scale } = symmetric('w', magnitude, 127);
          quantizeToInt8(weights, magnitude).forEach((q, index) => {
            expect(Math.abs(q)).toBeLessThanOrEqual(127);
            expect(Math.abs(q * scale - weights[index]!)).toBeLessThanOrEqual(scale * 0.5001);
            if (Math.abs(weights[index]!) === magnitude) expect(Math.abs(q)).toBe(127);
          });
        },
      ),
    );
  });

  test('coefficients fill -32767..32767', () => {
    const { scale } = symmetric('ln', 2.5, 32767);
    expect(quantizeToInt16(Float32Array.of(2.5, -2.5, 0, 1.25), scale)).toEqual(
      Int16Array.of(32767, -32767, 0, 16384),
    );
  });

  test('a bias counts in its scale, per tensor or per element', () => {
    expect(quantizeToInt32('b', Float32Array.of(1, -0.75), [0.5])).toEqual(Int32Array.of(2, -2));
    expect(quantizeToInt32('b', Float32Array.of(1, 1), [0.5, 0.25])).toEqual(Int32Array.of(2, 4));
  });

  test('a bias beyond int32 is an error that names it', () => {
    expect(() => quantizeToInt32('dense/bias', Float32Array.of(0, 3), [1e-9])).toThrow(
      /^dense\/bias: element 1 is 3, .*beyond int32/,
    );
  });
});
