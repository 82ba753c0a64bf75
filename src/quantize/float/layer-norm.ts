import { at } from '../../errors';

/** Keeps a row of equal values from dividing by zero; TFLite's `kNormalizationConstant`. */
const VARIANCE_EPSILON = 1e-8;

/** Mean and standard deviation of a row; the deviation is never zero. */
export function deviationOf(row: Float32Array): { readonly mean: number; readonly deviation: number } {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  return { mean, deviation: Math.sqrt(variance + VARIANCE_EPSILON) };
}

/**
 * Normalises each row of `values` (`[rows, units]`) to mean 0 and variance 1, times the coefficients, plus the bias, in
 * place.
 */
export function normalize(
  values: Float32Array,
  units: number,
  coefficients: Float32Array,
  bias: Float32Array | null,
): void {
  for (let begin = 0; begin < values.length; begin += units) {
    const row = values.subarray(begin, begin + units);
    const { mean, deviation } = deviationOf(row);
    const inverseDeviation = 1 / deviation;
    for (const [i, value] of row.entries()) {
      row[i] = (value - mean) * inverseDeviation * at(coefficients, i) + (bias === null ? 0 : at(bias, i));
    }
  }
}
