import { QuantizationError } from '../errors';
import { magnitudeOf } from './range';
import type { Range } from './range';

/** One scale and zero point: `real = scale * (q - zeroPoint)`. The scale is a float32 value. */
export interface Affine {
  readonly scale: number;
  readonly zeroPoint: number;
}

const INT8_MIN = -128;
const INT8_STEPS = 255;
/** Smallest normal float32: below it a scale loses bits, and its reciprocal may be infinite. */
const SMALLEST_SCALE = 2 ** -126;

/**
 * int8 scale of a range widened to include 0, with the zero point on the integer nearest to where 0 falls (ties away
 * from zero). All steps are float32, as in TFLite's `GetAsymmetricQuantizationParams`.
 *
 * @throws QuantizationError naming `subject` if the range is not finite, or too small to have a scale.
 */
export function asymmetricInt8(subject: string, range: Range): Affine {
  const min = Math.fround(Math.min(range.min, 0));
  const max = Math.fround(Math.max(range.max, 0));
  const scale = usable(subject, Math.fround(Math.fround(max - min) / INT8_STEPS), range);
  // 0 lies within the range, so the result lies within -128..127 and needs no clamp.
  return { scale, zeroPoint: roundHalfAway(Math.fround(INT8_MIN - Math.fround(min / scale))) };
}

/**
 * Symmetric scale `magnitude / steps` in float32: the largest magnitude becomes `steps`.
 *
 * @throws QuantizationError naming `subject` if the magnitude is not finite, or too small to have a scale.
 */
export function symmetric(subject: string, magnitude: number, steps: number): Affine {
  const scale = Math.fround(Math.fround(magnitude) / steps);
  return { scale: usable(subject, scale, { min: -magnitude, max: magnitude }), zeroPoint: 0 };
}

/**
 * int16 scale `2^ceil(log2 magnitude) / 32768`, never finer than `2^minimumLog2`.
 *
 * @throws QuantizationError naming `subject` if the range is not finite, or needs a scale above `2^maximumLog2`.
 */
export function powerOfTwoInt16(
  subject: string,
  range: Range,
  minimumLog2: number,
  maximumLog2: number,
): Affine {
  const magnitude = magnitudeOf(range);
  let log2 = minimumLog2;
  while (log2 <= maximumLog2 && 2 ** (log2 + 15) < magnitude) log2 += 1;
  // Negated so that NaN is refused too.
  if (!(magnitude <= 2 ** (maximumLog2 + 15))) {
    throw new QuantizationError(
      subject,
      `reaches ${magnitude}, beyond ${2 ** (maximumLog2 + 15)}: its scale would be above 2^${maximumLog2}, which leaves too few ` +
        'fraction bits for its tanh; let it saturate there (saturateCells), train with a cell clip, or calibrate with shorter or ' +
        'calmer sequences',
    );
  }
  return { scale: 2 ** log2, zeroPoint: 0 };
}

/** Product of float32 scales, rounded to float32 after each factor, times a power of two. */
export function productScale(scales: readonly number[], log2: number): Affine {
  const product = scales.reduce((partial, scale) => Math.fround(partial * scale), 1);
  return { scale: Math.fround(product * 2 ** log2), zeroPoint: 0 };
}

/** Nearest integer, ties away from zero: C's `round`. */
export function roundHalfAway(value: number): number {
  // `0 -` and not a negation: small negatives become 0, not -0.
  return value < 0 ? 0 - Math.floor(0.5 - value) : Math.floor(value + 0.5);
}

function usable(subject: string, scale: number, range: Range): number {
  if (scale >= SMALLEST_SCALE && scale < Infinity) return scale;
  const found = `range ${range.min} to ${range.max}`;
  throw new QuantizationError(
    subject,
    scale < SMALLEST_SCALE
      ? `${found} leaves no scale: the value never left zero; calibrate with data that uses it, or remove it from the model`
      : `${found} is not finite; look for NaN or infinity in the weights and the calibration data`,
  );
}
