import type { Affine, Constant } from './conformance-case';
import type { Random } from './random';

/**
 * int8 weights of one of several characters: full range, narrow, sparse, all at the ends of the range (-128 included,
 * which quantizers avoid and files may hold), or of one sign, whose sums are large.
 */
export function drawWeights(random: Random, count: number): Int8Array<ArrayBuffer> {
  const narrow = random.integer(1, 20);
  const sign = random.pick([-1, 1]);
  const draw = random.weighted<() => number>([
    [60, () => random.integer(-127, 127)],
    [15, () => random.integer(-narrow, narrow)],
    [10, () => (random.chance(0.9) ? 0 : random.integer(-127, 127))],
    [10, () => random.pick([-128, -127, 127])],
    [5, () => sign * random.integer(0, 127)],
  ]);
  return Int8Array.from({ length: count }, draw);
}

/** int16 coefficients: full range, about one value, or all at the ends of the range. */
export function drawCoefficients(random: Random, count: number): Int16Array<ArrayBuffer> {
  const centre = random.integer(8192, 24_576);
  const draw = random.weighted<() => number>([
    [60, () => random.integer(-32_767, 32_767)],
    [30, () => centre + random.integer(-8192, 8192)],
    [10, () => random.pick([-32_768, -32_767, 32_767, 0])],
  ]);
  return Int16Array.from({ length: count }, draw);
}

/** int32 biases of about this magnitude: absent in effect, all alike, or around 0. */
export function drawBias(random: Random, count: number, magnitude: number): Int32Array<ArrayBuffer> {
  const common = Math.round((2 * random.real() - 1) * magnitude);
  const draw = random.weighted<() => number>([
    [10, () => 0],
    [10, () => common],
    [80, () => Math.round((2 * random.real() - 1) * magnitude)],
  ]);
  return Int32Array.from({ length: count }, draw);
}

export function drawZeroPoint(random: Random): number {
  return random.weighted([
    [30, 0],
    [10, -128],
    [10, 127],
    [20, random.integer(-20, 20)],
    [30, random.integer(-128, 127)],
  ]);
}

export function drawAffine(random: Random, lowScale: number, highScale: number): Affine {
  return { scale: Math.fround(random.logReal(lowScale, highScale)), zeroPoint: drawZeroPoint(random) };
}

/** Root of the mean square, at least 1 so that one may divide by it. */
export function magnitudeOf(values: ArrayLike<number>): number {
  const squares = Array.from(values, (value) => value * value);
  return Math.max(1, Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length));
}

/** A constant at the scale that makes `scale * magnitude` of its values what is asked for. */
export function scaled<T extends Int8Array | Int16Array>(
  values: T,
  columns: number,
  realMagnitude: number,
): Constant<T> {
  return { columns, values, scale: Math.fround(realMagnitude / magnitudeOf(values)) };
}
