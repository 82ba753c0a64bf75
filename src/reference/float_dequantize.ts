import type { FloatDequantizeParameters } from '../contract/float-op-parameters';

/**
 * Twin of `float_dequantize.wgsl`, which equals it bit for bit: `scale * (q - zeroPoint)`, rounded to float32. TFLite
 * `kernels/internal/reference/dequantize.h`.
 *
 * @param out of the input's size
 */
export function floatDequantize(
  { scale, zeroPoint }: FloatDequantizeParameters,
  input: Int8Array,
  out: Float32Array,
): void {
  for (let index = 0; index < input.length; index++) out[index] = scale * (input[index]! - zeroPoint);
}
