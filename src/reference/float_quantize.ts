import type { FloatQuantizeParameters } from '../contract/float-op-parameters';

/**
 * Twin of `float_quantize.wgsl`, which equals it bit for bit: float32 to int8, -128 plus the number of thresholds that a
 * value reaches. NaN reaches none.
 *
 * @param out of the input's size
 */
export function floatQuantize(
  { thresholds }: FloatQuantizeParameters,
  input: Float32Array,
  out: Int8Array,
): void {
  for (let index = 0; index < input.length; index++) {
    let reached = 0;
    for (let step = 128; step > 0; step >>= 1) {
      if (input[index]! >= thresholds[reached + step - 1]!) reached += step;
    }
    out[index] = reached - 128;
  }
}
