/**
 * Twin of `float_dequantize_int16.wgsl`, which equals it bit for bit: `scale * q`, rounded to float32.
 *
 * @param out of the input's size
 */
export function floatDequantizeInt16(scale: number, input: Int16Array, out: Float32Array): void {
  for (let index = 0; index < input.length; index++) out[index] = scale * input[index]!;
}
