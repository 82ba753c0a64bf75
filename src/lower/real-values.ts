import { at, InputError } from '../errors';
import type { Quantization } from '../model';
import { float32Quotient, roundHalfAway } from './float32';

/**
 * float32 to int8 at a graph's input: `sat8(round(x / s) + z)`, the quotient in float32, ties away from zero. TFLite
 * `kernels/internal/reference/quantize.h`, `AffineQuantize`. Infinities saturate.
 *
 * @param name of the tensor, for the error
 * @throws InputError naming the first NaN.
 */
export function quantizeValues(
  name: string,
  values: Float32Array,
  quantization: Quantization,
): Int8Array<ArrayBuffer> {
  const scale = at(quantization.scales, 0);
  const zeroPoint = at(quantization.zeroPoints, 0);
  const quantized = new Int8Array(values.length);
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) throw new InputError(`${name}: value ${index} is not a number`);
    quantized[index] = Math.min(
      127,
      Math.max(-128, roundHalfAway(float32Quotient(value, scale)) + zeroPoint),
    );
  }
  return quantized;
}

/** int8 to float32 at a graph's output: `(q - z) * s`. TFLite `kernels/internal/reference/dequantize.h`. */
export function dequantizeValues(values: Int8Array, quantization: Quantization): Float32Array<ArrayBuffer> {
  const scale = at(quantization.scales, 0);
  const zeroPoint = at(quantization.zeroPoints, 0);
  return Float32Array.from(values, (value) => (value - zeroPoint) * scale);
}
