import { at, QuantizationError } from '../errors';
import { roundHalfAway } from './scale';

const INT32_MAX = 2 ** 31 - 1;

/** The largest magnitude among values; 0 for none. */
export function largestMagnitude(values: Float32Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/**
 * int8 weights -127..127, nearest, ties away from zero. The reciprocal `127 / magnitude` is float32 and so is each
 * product, as in TFLite's `SymmetricQuantizeFloats`: dividing by the scale would now and then round another way.
 *
 * @param magnitude largest |weight| that shares the scale; must not be 0.
 */
export function quantizeToInt8(values: Float32Array, magnitude: number): Int8Array {
  const reciprocal = Math.fround(127 / magnitude);
  return Int8Array.from(values, (value) => clamp(roundHalfAway(Math.fround(value * reciprocal)), 127));
}

/** int16 coefficients -32767..32767 by the float32 reciprocal of their scale (`SymmetricQuantizeFloatsToInt16`). */
export function quantizeToInt16(values: Float32Array, scale: number): Int16Array {
  const reciprocal = Math.fround(1 / scale);
  return Int16Array.from(values, (value) => clamp(roundHalfAway(Math.fround(value * reciprocal)), 32767));
}

/**
 * int32 bias by the float32 reciprocal of its scale, one scale or one per element (`SymmetricBiasQuantize`).
 *
 * @throws QuantizationError naming `subject` if a value does not fit; TFLite clamps there.
 */
export function quantizeToInt32(
  subject: string,
  values: Float32Array,
  scales: readonly number[],
): Int32Array {
  return Int32Array.from(values, (value, index) => {
    const scale = at(scales, scales.length === 1 ? 0 : index);
    const q = roundHalfAway(Math.fround(value * Math.fround(1 / scale)));
    if (Math.abs(q) <= INT32_MAX) return q;
    throw new QuantizationError(
      subject,
      `element ${index} is ${value}, that is ${q} steps of ${scale}, beyond int32: the weights that it is added to are too ` +
        'small for it; check the training, or remove the layer if it is dead',
    );
  });
}

function clamp(value: number, bound: number): number {
  return Math.min(Math.max(value, -bound), bound);
}
