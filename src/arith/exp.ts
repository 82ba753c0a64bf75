import {
  EXP_MINUS_1_Q0_15,
  EXP_MINUS_2_Q0_15,
  EXP_MINUS_4_Q0_15,
  EXP_MINUS_8_Q0_15,
  EXP_MINUS_EIGHTH_Q0_15,
  EXP_MINUS_HALF_Q0_15,
  EXP_MINUS_QUARTER_Q0_15,
  ONE_THIRD_Q0_15,
} from './constants';
import { roundingDoublingHighMulI16 } from './high-multiply';

/**
 * exp(a) for a in [-1/4, 0), Q0.15 in and out: the Taylor polynomial of degree 4 around -1/8, in x = a + 1/8,
 * `exp(-1/8) * (1 + x + ((x^4/4 + x^3)/3 + x^2)/2)`.
 *
 * Products round as `roundingDoublingHighMulI16` does. gemmlowp's two divisions by powers of two round ties away from
 * zero, which for what is not negative is "add half and shift": x^4 is a square; and as |x| <= 2^12, x^3/3 is at most
 * x^2/24 in magnitude, so that x^2 outweighs it (below x^2 = 2 it rounds to 0). No product and no sum comes near the ends
 * of int16, and the last sum, which gemmlowp saturates, stays below 32,768.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `exp_on_interval_between_negative_one_quarter_and_0_excl`.
 */
function expOnLastQuarter(a: number): number {
  const x = a + (1 << 12);
  const x2 = roundingDoublingHighMulI16(x, x);
  const x3 = roundingDoublingHighMulI16(x2, x);
  const x4 = roundingDoublingHighMulI16(x2, x2);
  const cubicAndQuartic = roundingDoublingHighMulI16(((x4 + 2) >> 2) + x3, ONE_THIRD_Q0_15);
  const aboveLinear = (cubicAndQuartic + x2 + 1) >> 1;
  return EXP_MINUS_EIGHTH_Q0_15 + roundingDoublingHighMulI16(EXP_MINUS_EIGHTH_Q0_15, x + aboveLinear);
}

/** `value` times `factor`, if that bit of `bits` is set. */
function multiplyIfBit(value: number, bits: number, bit: number, factor: number): number {
  return (bits >> bit) & 1 ? roundingDoublingHighMulI16(value, factor) : value;
}

/**
 * exp(a) for a <= 0, from an int16 with `integerBits` integer bits (0 to 7) to Q0.15; exp(0) is 32,767, the largest
 * Q0.15.
 *
 * `a` is split into a multiple of -1/4 and a rest in [-1/4, 0): the rest goes through the polynomial, and each bit of
 * the multiple that is set contributes a factor exp(-2^e), e = -2 to 4, rounded one after the other. For a < 0 the
 * multiple is an int16 of at least 0, so bits that lie beyond `integerBits` are clear without being asked about.
 *
 * exp(-16) rounds to 0 in Q0.15, so its factor makes everything 0; gemmlowp does the same below -32. Together: a
 * multiple of 16 or more gives 0.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `exp_on_negative_values` for int16.
 */
export function expOnNegativeValues(a: number, integerBits: number): number {
  if (a === 0) return 32767;
  const fractionalBits = 15 - integerBits;
  const quarter = 1 << (fractionalBits - 2);
  const rest = (a & (quarter - 1)) - quarter;
  const quarters = rest - a;
  if (quarters >> (fractionalBits + 4) > 0) return 0;
  let result = expOnLastQuarter(rest << integerBits);
  result = multiplyIfBit(result, quarters, fractionalBits - 2, EXP_MINUS_QUARTER_Q0_15);
  result = multiplyIfBit(result, quarters, fractionalBits - 1, EXP_MINUS_HALF_Q0_15);
  result = multiplyIfBit(result, quarters, fractionalBits, EXP_MINUS_1_Q0_15);
  result = multiplyIfBit(result, quarters, fractionalBits + 1, EXP_MINUS_2_Q0_15);
  result = multiplyIfBit(result, quarters, fractionalBits + 2, EXP_MINUS_4_Q0_15);
  return multiplyIfBit(result, quarters, fractionalBits + 3, EXP_MINUS_8_Q0_15);
}
