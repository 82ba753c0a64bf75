/**
 * Product of two int16 fixed-point numbers, `a * b / 2^15` rounded to nearest, ties toward positive infinity. Integer
 * bits add up: Q0.15 times Q2.13 is Q2.13.
 *
 * gemmlowp states the rounding as "add 2^14, or 1 - 2^14 to a negative product, and truncate toward zero". Both cases
 * are this one floor: for a negative product p, trunc((p + 1 - 2^14) / 2^15) = ceil((p + 1 - 2^14) / 2^15)
 * = floor((p + 2^14) / 2^15).
 *
 * |a * b + 2^14| <= 2^30 + 2^14, so int32 holds it. The result is an int16 unless both are -32,768: the case that
 * gemmlowp saturates, and that no caller can reach, because one factor is always a constant, positive, or at most 2^12
 * in magnitude.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `SaturatingRoundingDoublingHighMul` for int16.
 */
export function roundingDoublingHighMulI16(a: number, b: number): number {
  return (Math.imul(a, b) + 0x4000) >> 15;
}

/**
 * Product of two int32 fixed-point numbers, `a * b / 2^31` rounded to nearest, ties toward positive infinity (see
 * `roundingDoublingHighMulI16` for why the two signs share one floor). The result is an int32 unless both are -2^31: the
 * case that gemmlowp saturates, and that no caller can reach, because one factor is always a multiplier, a constant or a
 * positive value.
 *
 * The 64-bit product is formed of 16-bit parts, as in the shader: with a = ah * 2^16 + al and b likewise, and
 * `carried` = ah * bl + floor(al * bl / 2^16),
 * a * b = (ah * bh + floor(carried / 2^16)) * 2^32 + (al * bh + carried mod 2^16) * 2^16 + (al * bl mod 2^16).
 * The last term is below 2^16 and cannot change a floor by 2^31. Bounds: |ah * bl| and |al * bh| are at most
 * 2^15 * (2^16 - 1), and what is added to each is below 2^16 + 2^14, so every sum fits an int32.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `SaturatingRoundingDoublingHighMul` for int32; the partial products are
 * Warren, Hacker's Delight, section 8-2.
 */
export function roundingDoublingHighMulI32(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >> 16;
  const bLow = b & 0xffff;
  const bHigh = b >> 16;
  const carried = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const middle = (Math.imul(aLow, bHigh) + (carried & 0xffff)) | 0;
  return (((Math.imul(aHigh, bHigh) + (carried >> 16)) << 1) + ((middle + 0x4000) >> 15)) | 0;
}
