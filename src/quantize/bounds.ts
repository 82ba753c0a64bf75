import { at, QuantizationError } from '../errors';

const INT32_MAX = 2 ** 31 - 1;

/** One int8 matrix product with its bias and requantization. */
export interface Accumulation {
  /** For messages: the weights. */
  readonly subject: string;
  /** Row-major. */
  readonly weights: Int8Array;
  readonly rows: number;
  /** int32, one per row. */
  readonly bias: Int32Array | null;
  /** What the sum of a row's weights is multiplied with when it is folded into the bias. */
  readonly zeroPointFactor: number;
  /** Effective scale of the requantization, one, or one per row. */
  readonly effectiveScales: readonly number[];
}

/**
 * Proves that no int8 input can make an accumulator leave int32, before or after the left shift of its requantization:
 * `|bias + factor * sum w| + 128 * sum |w|`, times `2^shift` where the effective scale is 1 or more.
 *
 * @throws QuantizationError naming the weights and the first row that could.
 */
export function requireAccumulatorFits(accumulation: Accumulation): void {
  const { subject, weights, rows, bias, zeroPointFactor, effectiveScales } = accumulation;
  const depth = weights.length / rows;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let magnitude = 0;
    for (const weight of weights.subarray(row * depth, (row + 1) * depth)) {
      sum += weight;
      magnitude += Math.abs(weight);
    }
    const rowBias = bias === null ? 0 : at(bias, row);
    const reach = Math.abs(rowBias + zeroPointFactor * sum) + 128 * magnitude;
    const effectiveScale = at(effectiveScales, effectiveScales.length === 1 ? 0 : row);
    // quantizeMultiplier writes the scale as q * 2^shift with q in [0.5, 1).
    const leftShift = Math.max(0, Math.floor(Math.log2(effectiveScale)) + 1);
    if (reach * 2 ** leftShift > INT32_MAX) {
      throw new QuantizationError(
        subject,
        `row ${row} with its bias can reach ${reach}, shifted left by ${leftShift}: beyond the int32 accumulator; use fewer ` +
          'inputs, or calibrate with a wider range of outputs',
      );
    }
  }
}

/**
 * Proves that `r * w + b` fits int32, where r is a normalised value in Q.10: of n values none is further than
 * `sqrt(n - 1)` standard deviations from their mean.
 *
 * @throws QuantizationError naming the coefficients and the first unit where it might not.
 */
export function requireLayerNormFits(subject: string, weights: Int16Array, bias: Int32Array | null): void {
  const largestNormalized = 1024 * Math.sqrt(weights.length - 1);
  for (const [unit, weight] of weights.entries()) {
    // 512 is added for rounding.
    const reach = largestNormalized * Math.abs(weight) + Math.abs(bias === null ? 0 : at(bias, unit)) + 512;
    if (reach > INT32_MAX) {
      throw new QuantizationError(
        subject,
        `unit ${unit} with its bias can reach ${Math.round(reach)}, beyond the int32 accumulator; the bias is too large for ` +
          'the coefficients, or the layer has too many units',
      );
    }
  }
}
