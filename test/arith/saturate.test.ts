import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saturateI16, saturateI8, saturatingShiftLeftI16, saturatingShiftLeftI32 } from '../../src/arith';
import { int16, int32 } from './arbitraries';
import { INT32_MAX, INT32_MIN } from './inputs';
import { satshl } from './oracle';

describe('saturation', () => {
  it.each([
    ['int8', saturateI8, 127],
    ['int16', saturateI16, 32_767],
  ] as const)('gives the nearest %s', (_type, saturate, max) => {
    const inputs = [INT32_MIN, -max - 2, -max - 1, -max, -1, 0, 1, max - 1, max, max + 1, INT32_MAX];
    const expected = [-max - 1, -max - 1, -max - 1, -max, -1, 0, 1, max - 1, max, max, max];
    expect(inputs.map(saturate)).toEqual(expected);
  });

  it('shifts int16 to the left and saturates', () => {
    fc.assert(
      fc.property(int16, fc.integer({ min: 0, max: 15 }), (x, exponent) => {
        expect(saturatingShiftLeftI16(x, exponent)).toBe(Number(satshl(BigInt(x), exponent, 16)));
      }),
    );
    expect([8191, 8192, -8192, -8193].map((x) => saturatingShiftLeftI16(x, 2))).toEqual([
      32_764, 32_767, -32_768, -32_768,
    ]);
  });

  it('shifts int32 to the left and saturates', () => {
    fc.assert(
      fc.property(int32, fc.integer({ min: 0, max: 31 }), (x, exponent) => {
        expect(saturatingShiftLeftI32(x, exponent)).toBe(Number(satshl(BigInt(x), exponent, 32)));
      }),
    );
    const limit = 2 ** 25;
    expect([limit - 1, limit, -limit, -limit - 1].map((x) => saturatingShiftLeftI32(x, 6))).toEqual([
      (limit - 1) * 64,
      INT32_MAX,
      INT32_MIN,
      INT32_MIN,
    ]);
  });
});
