import { it } from 'vitest';
import {
  multiplyByQuantizedMultiplier,
  quantizedMultiplier,
  roundingDivideByPot,
  roundingDoublingHighMulI16,
  roundingDoublingHighMulI32,
  saturateI16,
  saturateI8,
  saturatingShiftLeftI16,
  saturatingShiftLeftI32,
} from '../../src/arith';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { INT16_EDGES, INT32_EDGES, INT32_MAX, INT32_MIN, int32OfAnySize, pairs } from './inputs';
import { expectEqualBits } from './shader-probe';

const RANDOM_ROWS = 120_000;
const random = new Random(0x0c7a);
const randomRows = (row: () => number[]) => Array.from({ length: RANDOM_ROWS }, row);
const EXPONENTS = Array.from({ length: 32 }, (_, exponent) => exponent);

describeOnGpu(`primitives in WGSL (seed ${random.seed})`, (device) => {
  it('saturate', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/saturate.wgsl',
        parameters: ['x'],
        results: [
          { wgsl: 'saturate_i8(x)', expected: saturateI8 },
          { wgsl: 'saturate_i16(x)', expected: saturateI16 },
        ],
      },
      [...INT32_EDGES.map((x) => [x]), ...randomRows(() => [int32OfAnySize(random)])],
    );
  });

  it('shift int32 to the left and saturate', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/saturate.wgsl',
        parameters: ['x', 'exponent'],
        results: [{ wgsl: 'saturating_shift_left_i32(x, exponent)', expected: saturatingShiftLeftI32 }],
      },
      [
        ...pairs(INT32_EDGES, EXPONENTS),
        ...randomRows(() => [int32OfAnySize(random), random.integer(0, 31)]),
      ],
    );
  });

  it('shift int16 to the left and saturate', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/saturate.wgsl',
        parameters: ['x', 'exponent'],
        results: [{ wgsl: 'saturating_shift_left_i16(x, exponent)', expected: saturatingShiftLeftI16 }],
      },
      [
        ...pairs(INT16_EDGES, EXPONENTS.slice(0, 16)),
        ...randomRows(() => [random.integer(-32_768, 32_767), random.integer(0, 15)]),
      ],
    );
  });

  it('divide by a power of two and round', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/rounding.wgsl',
        parameters: ['x', 'exponent'],
        results: [{ wgsl: 'rounding_divide_by_pot(x, exponent)', expected: roundingDivideByPot }],
      },
      [
        ...pairs(INT32_EDGES, EXPONENTS),
        ...randomRows(() => [int32OfAnySize(random), random.integer(0, 31)]),
      ],
    );
  });

  it('multiply int32 to the high word', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/high_multiply.wgsl',
        parameters: ['a', 'b'],
        results: [{ wgsl: 'rounding_doubling_high_mul_i32(a, b)', expected: roundingDoublingHighMulI32 }],
      },
      [
        ...pairs(INT32_EDGES, INT32_EDGES).filter(([a, b]) => a !== INT32_MIN || b !== INT32_MIN),
        ...randomRows(() => [int32OfAnySize(random), int32OfAnySize(random)]),
      ],
    );
  });

  it('multiply int16 to the high half', async () => {
    await expectEqualBits(
      device(),
      {
        include: 'lib/high_multiply.wgsl',
        parameters: ['a', 'b'],
        results: [{ wgsl: 'rounding_doubling_high_mul_i16(a, b)', expected: roundingDoublingHighMulI16 }],
      },
      [
        ...pairs(INT16_EDGES, INT16_EDGES),
        ...randomRows(() => [random.integer(-32_768, 32_767), random.integer(-32_768, 32_767)]),
      ],
    );
  });

  it('multiply by a quantized multiplier', async () => {
    const multipliers = [0, 2 ** 30, 2 ** 30 + 1, 1_518_500_250, INT32_MAX - 1, INT32_MAX];
    await expectEqualBits(
      device(),
      {
        include: 'lib/requantize.wgsl',
        parameters: ['x', 'multiplier', 'shift'],
        results: [
          {
            wgsl: 'multiply_by_quantized_multiplier(x, multiplier, shift)',
            expected: (x = 0, multiplier = 0, shift = 0) =>
              multiplyByQuantizedMultiplier(x, quantizedMultiplier(multiplier, shift)),
          },
        ],
      },
      [
        ...pairs(INT32_EDGES, pairs(multipliers, [-31, -30, -16, -1, 0, 1, 16, 31])),
        ...randomRows(() => [
          int32OfAnySize(random),
          random.integer(2 ** 30, INT32_MAX),
          random.integer(-31, 31),
        ]),
      ],
    );
  });
});
