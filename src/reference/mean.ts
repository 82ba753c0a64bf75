import { multiplyByQuantizedMultiplier, saturateI8 } from '../arith';
import type { MeanLayout, MeanParameters } from '../contract/op-parameters';
import { boxOffsets } from './box_offsets';

/**
 * Twin of `mean.wgsl`: averages over some dimensions, `sat8(mbqm(sum (x - z_x), multiplier) + z_y)`.
 *
 * TFLite `kernels/internal/reference/reduce.h`, `QuantizedMeanOrSum`.
 *
 * @param input int8, row-major
 * @param out int8 of the layout's sizes
 */
export function mean(parameters: MeanParameters, layout: MeanLayout, input: Int8Array, out: Int8Array): void {
  const { inputZeroPoint, outputZeroPoint, multiplier } = parameters;
  const reduced = boxOffsets(layout.reducedSizes, layout.reducedStrides);
  for (const [index, start] of boxOffsets(layout.sizes, layout.strides).entries()) {
    let sum = 0;
    for (const offset of reduced) sum += input[start + offset]! - inputZeroPoint;
    out[index] = saturateI8((multiplyByQuantizedMultiplier(sum, multiplier) + outputZeroPoint) | 0);
  }
}
