/** The nearest int8, -128 to 127. */
export function saturateI8(x: number): number {
  return x > 127 ? 127 : x < -128 ? -128 : x;
}

/** The nearest int16, -32,768 to 32,767. */
export function saturateI16(x: number): number {
  return x > 32767 ? 32767 : x < -32768 ? -32768 : x;
}

/**
 * `x * 2^exponent` saturated to int16, for an int16 `x` and an exponent of 0 to 15; exact where it does not saturate.
 * The shifted value is at most 2^30 in magnitude, so it is formed first and then clamped.
 *
 * Source: gemmlowp `fixedpoint/fixedpoint.h`, `SaturatingRoundingMultiplyByPOT` with a positive exponent.
 */
export function saturatingShiftLeftI16(x: number, exponent: number): number {
  return saturateI16(x << exponent);
}

/**
 * `x * 2^exponent` saturated to int32, for an int32 `x` and an exponent of 0 to 31; exact where it does not saturate.
 *
 * Source: as `saturatingShiftLeftI16`.
 */
export function saturatingShiftLeftI32(x: number, exponent: number): number {
  const limit = 0x7fffffff >> exponent;
  return x > limit ? 0x7fffffff : x < -limit - 1 ? -0x80000000 : x << exponent;
}
