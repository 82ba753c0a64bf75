/**
 * float32 steps of TFLite's load-time arithmetic. JavaScript computes in float64; a product or quotient of two float32
 * values rounded once more to float32 is the float32 operation's own result.
 */

export function float32Product(a: number, b: number): number {
  return Math.fround(Math.fround(a) * Math.fround(b));
}

export function float32Quotient(a: number, b: number): number {
  return Math.fround(Math.fround(a) / Math.fround(b));
}

/** To the nearest integer, ties away from zero, as C's `round`; for float32 values, to which adding 1/2 is exact. */
export function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);
}
