import { expOnNegativeValues } from './exp';
import { oneOverOnePlus } from './reciprocal';

/**
 * The logistic function 1 / (1 + exp(-a)), Q3.12 to Q0.15: 11 to 32,756, and 16,384 at 0.
 *
 * The positive half is computed; the negative one is 32,767 minus it, so that the two add up to the largest Q0.15 and
 * not to 1. Rounding is that of the steps inside.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `logistic`, with the int16 Q3.12 input that TFLite
 * `kernels/internal/reference/portable_tensor_utils.cc`, `PortableApplySigmoid`, gives it.
 */
export function logisticQ3_12(a: number): number {
  if (a === 0) return 1 << 14;
  const positiveHalf = oneOverOnePlus(expOnNegativeValues(-Math.abs(a), 3));
  return a > 0 ? positiveHalf : 32767 - positiveHalf;
}
