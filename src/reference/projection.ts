import { multiplyByQuantizedMultiplier, saturateI8 } from '../arith';
import type { LstmProjectionParameters } from '../contract/lstm-parameters';
import { dot } from './input_product';

/**
 * Twin of `projection.wgsl`: the projected output of one batch row. Paper section 3.2.6; TFLite
 * `CalculateLstmOutputInteger8x8_16`.
 *
 * `h = sat8(mbqm(Wp m + bias, multiplier) + zero point)`, then bounded by `clip` around 0 (not around the zero point:
 * TFLite clips the stored integer).
 *
 * @param hidden int8 `[units]`, the hidden value m
 * @param out int8 `[outputElements]`
 */
export function projection(
  parameters: LstmProjectionParameters,
  outputZeroPoint: number,
  hidden: Int8Array,
  out: Int8Array,
): void {
  const { weights, bias, multiplier, clip } = parameters;
  const units = hidden.length;
  for (let element = 0; element < out.length; element++) {
    const accumulator = (dot(weights, element * units, hidden, 0, units) + bias[element]!) | 0;
    const value = saturateI8(multiplyByQuantizedMultiplier(accumulator, multiplier) + outputZeroPoint);
    out[element] = clip > 0 ? Math.min(Math.max(value, -clip), clip) : value;
  }
}
