import {
  EXP_MINUS_1_Q0_31,
  EXP_MINUS_16_Q0_31,
  EXP_MINUS_2_Q0_31,
  EXP_MINUS_4_Q0_31,
  EXP_MINUS_8_Q0_31,
  EXP_MINUS_EIGHTH_Q0_31,
  EXP_MINUS_HALF_Q0_31,
  EXP_MINUS_QUARTER_Q0_31,
  ONE_THIRD_Q0_31,
  RECIPROCAL_SEED_OFFSET_Q2_29,
  RECIPROCAL_SEED_SLOPE_Q2_29,
} from './constants';
import { roundingDoublingHighMulI32 } from './high-multiply';
import { roundingDivideByPot } from './rounding';
import { saturateI8, saturatingShiftLeftI32 } from './saturate';

/** exp(a) for a in [-1/4, 0), Q0.31 in and out; `exp.ts` has the same polynomial for int16. |x| <= 2^28. */
function expOnLastQuarterQ0_31(a: number): number {
  const x = a + (1 << 28);
  const x2 = roundingDoublingHighMulI32(x, x);
  const x3 = roundingDoublingHighMulI32(x2, x);
  const x4 = roundingDoublingHighMulI32(x2, x2);
  const cubicAndQuartic = roundingDoublingHighMulI32(roundingDivideByPot(x4, 2) + x3, ONE_THIRD_Q0_31);
  const aboveLinear = roundingDivideByPot(cubicAndQuartic + x2, 1);
  return EXP_MINUS_EIGHTH_Q0_31 + roundingDoublingHighMulI32(EXP_MINUS_EIGHTH_Q0_31, x + aboveLinear);
}

/** `value` times `factor`, if that bit of `bits` is set. */
function multiplyIfBitQ0_31(value: number, bits: number, bit: number, factor: number): number {
  return (bits >> bit) & 1 ? roundingDoublingHighMulI32(value, factor) : value;
}

/**
 * exp(a) for a <= 0, Q5.26 to Q0.31; exp(0) is 2^31 - 1. The method is that of `expOnNegativeValues` on int32.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `exp_on_negative_values` for int32 with 5 integer bits, as TFLite
 * `kernels/internal/reference/softmax.h` uses it.
 */
export function expOnNegativeValuesQ5_26(a: number): number {
  if (a === 0) return 0x7fffffff;
  const quarter = 1 << 24;
  const rest = (a & (quarter - 1)) - quarter;
  const quarters = rest - a;
  let result = expOnLastQuarterQ0_31(rest << 5);
  result = multiplyIfBitQ0_31(result, quarters, 24, EXP_MINUS_QUARTER_Q0_31);
  result = multiplyIfBitQ0_31(result, quarters, 25, EXP_MINUS_HALF_Q0_31);
  result = multiplyIfBitQ0_31(result, quarters, 26, EXP_MINUS_1_Q0_31);
  result = multiplyIfBitQ0_31(result, quarters, 27, EXP_MINUS_2_Q0_31);
  result = multiplyIfBitQ0_31(result, quarters, 28, EXP_MINUS_4_Q0_31);
  result = multiplyIfBitQ0_31(result, quarters, 29, EXP_MINUS_8_Q0_31);
  return multiplyIfBitQ0_31(result, quarters, 30, EXP_MINUS_16_Q0_31);
}

/** An exponential, Q0.31, as a term of the sum of exponentials, Q12.19: rounded to nearest, ties away from zero. */
export function expToSumTermQ12_19(expQ0_31: number): number {
  return roundingDivideByPot(expQ0_31, 12);
}

/**
 * 1 / (1 + a) for a in [0, 1], Q0.31 in and out: 1/2 but for rounding, to 2^31 - 1, where it saturates. The method is that
 * of `oneOverOnePlus` on int32. The seed is off by at most 1/17, so |x (1 - d x)| <= 2/17, x stays in Q2.29 between 0.94
 * and 2, and neither the shift nor the sum overflows.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `one_over_one_plus_x_for_x_in_0_1` for int32.
 */
export function oneOverOnePlusXQ0_31(a: number): number {
  const d = (1 << 30) + (a >> 1);
  let x = RECIPROCAL_SEED_OFFSET_Q2_29 + roundingDoublingHighMulI32(d, RECIPROCAL_SEED_SLOPE_Q2_29);
  for (let step = 0; step < 3; step++) {
    const error = (1 << 29) - roundingDoublingHighMulI32(d, x);
    x += roundingDoublingHighMulI32(x, error) << 2;
  }
  return saturatingShiftLeftI32(x, 1);
}

/** The reciprocal of a sum of exponentials: `mantissa / 2^31 / 2^bitsOverUnit`. */
export interface SoftmaxReciprocal {
  /** Q0.31, at least 1/2 but for rounding. */
  readonly mantissa: number;
  /** floor(log2(sum)), 0 to 11. */
  readonly bitsOverUnit: number;
}

/**
 * 1 / sum for a sum of exponentials in Q12.19. The largest logit of a row contributes exp(0) = 1, so the sum is at least
 * 2^19; it fits an int32 up to 4,095 logits per row.
 *
 * Source: TFLite `kernels/internal/common.h`, `GetReciprocal` with 12 integer digits.
 */
export function softmaxReciprocal(sumQ12_19: number): SoftmaxReciprocal {
  const leadingZeros = Math.clz32(sumQ12_19);
  const fraction = (sumQ12_19 << leadingZeros) & 0x7fffffff;
  return { mantissa: oneOverOnePlusXQ0_31(fraction), bitsOverUnit: 12 - leadingZeros };
}

/**
 * One probability, `exp * reciprocal`, at TFLite's fixed output scale 1/256 and zero point -128, saturated to int8;
 * rounded as `roundingDoublingHighMulI32`, then to nearest with ties away from zero.
 *
 * With 512 or more logits near the maximum the shift passes 31, where TFLite aborts; the quotient is then below half a
 * unit, so the result is -128.
 *
 * Source: TFLite `kernels/internal/reference/softmax.h`, `Softmax` for int8 output.
 */
export function softmaxProbability(expQ0_31: number, { mantissa, bitsOverUnit }: SoftmaxReciprocal): number {
  const shift = bitsOverUnit + 23;
  if (shift > 31) return -128;
  return saturateI8(roundingDivideByPot(roundingDoublingHighMulI32(mantissa, expQ0_31), shift) - 128);
}
