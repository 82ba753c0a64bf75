import { layerNormElement, layerNormStatistics } from '../arith';
import type { LayerNormParameters } from '../contract/lstm-parameters';

/**
 * Integer layer normalisation of one gate over the units of one batch row. Paper section 3.2.3; TFLite `ApplyLayerNorm`.
 *
 * The sum of n int16 values stays below 2^15 n and the sum of squares below 2^30 n, both exact in a double for any n
 * that a model can have.
 *
 * @param sum int16 `[units]`, the gate's sum at the scale of its own pre-activation
 * @param out int16 `[units]`, Q3.12
 */
export function layerNormalize(parameters: LayerNormParameters, sum: Int16Array, out: Int16Array): void {
  let total = 0;
  let squares = 0;
  for (const value of sum) {
    total += value;
    squares += value * value;
  }
  const statistics = layerNormStatistics(total, squares, sum.length, parameters.varianceFloor);
  for (let unit = 0; unit < sum.length; unit++) {
    out[unit] = layerNormElement(
      sum[unit]!,
      statistics,
      parameters.weights[unit]!,
      parameters.bias[unit]!,
      parameters.multiplier,
    );
  }
}
