import { RECIPROCAL_SEED_OFFSET_Q2_13, RECIPROCAL_SEED_SLOPE_Q2_13 } from './constants';
import { roundingDoublingHighMulI16 } from './high-multiply';
import { saturatingShiftLeftI16 } from './saturate';

/** 1, Q2.13. */
const ONE_Q2_13 = 1 << 13;

/**
 * 2 / (1 + a) for a in [0, 1], Q0.15 to Q2.13: three Newton-Raphson steps for the reciprocal of d = (1 + a) / 2.
 *
 * d is gemmlowp's rounding half sum of `a` and 32,767; as `a` is not negative that is exactly floor((a + 2^15) / 2),
 * 16,384 to 32,767. From the seed on, 7,710 <= x <= 16,384.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, the part that `one_over_one_plus_x_for_x_in_0_1` and
 * `one_minus_x_over_one_plus_x_for_x_in_0_1` have in common.
 */
function twoOverOnePlus(a: number): number {
  const d = (1 << 14) + (a >> 1);
  let x = RECIPROCAL_SEED_OFFSET_Q2_13 + roundingDoublingHighMulI16(d, RECIPROCAL_SEED_SLOPE_Q2_13);
  x = newtonStep(x, d);
  x = newtonStep(x, d);
  return newtonStep(x, d);
}

/**
 * x + x (1 - d x), x in Q2.13 and d in Q0.15. The correction is Q4.11 before its shift and at most 2/17 there, because the
 * seed is off by at most 1/17; so the shift that gemmlowp saturates cannot overflow.
 */
function newtonStep(x: number, d: number): number {
  const error = ONE_Q2_13 - roundingDoublingHighMulI16(d, x);
  return x + (roundingDoublingHighMulI16(x, error) << 2);
}

/**
 * 1 / (1 + a) for a in [0, 1], Q0.15 in and out: 16,380 to 32,767, where it saturates.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `one_over_one_plus_x_for_x_in_0_1` for int16.
 */
export function oneOverOnePlus(a: number): number {
  return saturatingShiftLeftI16(twoOverOnePlus(a), 1);
}

/**
 * (1 - a) / (1 + a) for a in [0, 1], Q0.15 in and out, as 2 / (1 + a) - 1: -8 to 32,767, where it saturates.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `one_minus_x_over_one_plus_x_for_x_in_0_1` for int16.
 */
export function oneMinusOverOnePlus(a: number): number {
  return saturatingShiftLeftI16(twoOverOnePlus(a) - ONE_Q2_13, 2);
}
