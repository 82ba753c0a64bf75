import { expOnNegativeValues } from './exp';
import { oneMinusOverOnePlus } from './reciprocal';

/**
 * tanh(a), from an int16 with `integerBits` integer bits (0 to 6) to Q0.15: -32,767 to 32,767, odd.
 *
 * exp(-2|a|) needs no shift: it is the same raw value read with one more integer bit. Rounding is that of the steps
 * inside, on |a|, so it is symmetric in the sign.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `tanh`, with the int16 inputs that TFLite
 * `kernels/internal/reference/portable_tensor_utils.cc`, `PortableApplyTanh`, gives it.
 */
export function tanhQ0_15(a: number, integerBits: number): number {
  if (a === 0) return 0;
  const magnitude = oneMinusOverOnePlus(expOnNegativeValues(-Math.abs(a), integerBits + 1));
  return a > 0 ? magnitude : 0 - magnitude;
}
