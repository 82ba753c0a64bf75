import { multiplyByQuantizedMultiplier, saturateI8 } from '../arith';
import type { MeanLayout, MeanParameters, BoxSizes } from '../contract/op-parameters';

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
  const reduced = offsets(layout.reducedSizes, layout.reducedStrides);
  for (const [index, start] of offsets(layout.sizes, layout.strides).entries()) {
    let sum = 0;
    for (const offset of reduced) sum += input[start + offset]! - inputZeroPoint;
    out[index] = saturateI8((multiplyByQuantizedMultiplier(sum, multiplier) + outputZeroPoint) | 0);
  }
}

/** Where the elements of a box lie, in row-major order of its sizes. */
function offsets(sizes: BoxSizes, strides: BoxSizes): number[] {
  let result = [0];
  for (let axis = 0; axis < sizes.length; axis++) {
    result = result.flatMap((start) =>
      Array.from({ length: sizes[axis]! }, (_, step) => start + step * strides[axis]!),
    );
  }
  return result;
}
