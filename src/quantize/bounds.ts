import { quantizeMultiplier } from '../arith';
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
  /** Largest magnitude of what the weights are multiplied with; 128 for int8 as it is. */
  readonly inputMagnitude?: number;
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
  const {
    subject,
    weights,
    rows,
    bias,
    inputMagnitude = 128,
    zeroPointFactor,
    effectiveScales,
  } = accumulation;
  const depth = weights.length / rows;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let magnitude = 0;
    for (const weight of weights.subarray(row * depth, (row + 1) * depth)) {
      sum += weight;
      magnitude += Math.abs(weight);
    }
    const rowBias = bias === null ? 0 : at(bias, row);
    const reach = Math.abs(rowBias + zeroPointFactor * sum) + inputMagnitude * magnitude;
    const effectiveScale = at(effectiveScales, effectiveScales.length === 1 ? 0 : row);
    if (reach * 2 ** leftShiftOf(effectiveScale) > INT32_MAX) {
      throw new QuantizationError(
        subject,
        `row ${row} with its bias can reach ${reach}, to be multiplied by ${effectiveScale}: beyond the int32 accumulator; ` +
          'use fewer inputs, or calibrate with data that gives the output its full range',
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

/**
 * Proves that no product of an int16 coefficient and an int16 cell state can leave int32 in its requantization.
 *
 * @throws QuantizationError naming the peephole weights.
 */
export function requirePeepholeFits(subject: string, effectiveScale: number): void {
  const leftShift = leftShiftOf(effectiveScale);
  if (32767 * 32768 * 2 ** leftShift <= INT32_MAX) return;
  throw new QuantizationError(
    subject,
    `one step of weight times cell state is ${effectiveScale} steps of the gate's pre-activation, which could overflow int32; ` +
      'the weights are too large for the range that the gate was calibrated with',
  );
}

/** Left shift of an accumulator that is requantized by this factor; Infinity for factors that have none. */
function leftShiftOf(effectiveScale: number): number {
  if (!(effectiveScale < 2 ** 31)) return Infinity;
  return Math.max(0, quantizeMultiplier(effectiveScale).shift);
}
