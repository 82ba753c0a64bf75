/**
 * Divides an int32 by a power of two and rounds to nearest, ties away from zero: 5/2 gives 3 and -5/2 gives -3.
 *
 * Any int32 `x` is allowed and nothing overflows: the quotient is rounded by comparing the bits that are cut off, not by
 * adding half first. The exponent is 0 to 31.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `RoundingDivideByPOT`.
 */
export function roundingDivideByPot(x: number, exponent: number): number {
  const mask = ((1 << exponent) - 1) | 0;
  const threshold = (mask >> 1) + (x >>> 31);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}
