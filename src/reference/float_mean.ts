import type { MeanLayout } from '../contract/op-parameters';
import { boxOffsets } from './box_offsets';

/**
 * Twin of `float_mean.wgsl`: averages over some dimensions, in float64 and rounded once. The kernel is within the tolerance
 * of `floatTolerance`.
 *
 * @param input row-major
 * @param out of the layout's sizes
 */
export function floatMean(layout: MeanLayout, input: Float32Array, out: Float32Array): void {
  const reduced = boxOffsets(layout.reducedSizes, layout.reducedStrides);
  for (const [index, start] of boxOffsets(layout.sizes, layout.strides).entries()) {
    let sum = 0;
    for (const offset of reduced) sum += input[start + offset]!;
    out[index] = sum / reduced.length;
  }
}
