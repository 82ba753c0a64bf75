import { roundingDoublingHighMulI32 } from './high-multiply';
import type { QuantizedMultiplier } from './quantized-multiplier';
import { roundingDivideByPot } from './rounding';

/**
 * An int32 times a real factor: `x * multiplier / 2^31 * 2^shift`, rounded twice. A left shift comes first and wraps in
 * int32; then the product is rounded to nearest, ties toward positive infinity; then a right shift rounds to nearest,
 * ties away from zero. The result is an int32, not saturated to anything narrower.
 *
 * The multiplier is never negative, so the one product that would saturate cannot occur.
 *
 * Source: TFLite `kernels/internal/common.h`, `MultiplyByQuantizedMultiplier` in its double-rounding build; for a shift
 * of at least 0 also `MultiplyByQuantizedMultiplierGreaterThanOne`. Wrapping is that of int32 in C++ with `-fwrapv`.
 */
export function multiplyByQuantizedMultiplier(x: number, { multiplier, shift }: QuantizedMultiplier): number {
  return multiplyAndShift(x, multiplier, shift);
}

/** `multiplyByQuantizedMultiplier` for a multiplier whose shift was moved; it must still be -31 to 31. */
export function multiplyAndShift(x: number, multiplier: number, shift: number): number {
  return shift >= 0
    ? roundingDoublingHighMulI32(x << shift, multiplier)
    : roundingDivideByPot(roundingDoublingHighMulI32(x, multiplier), -shift);
}
