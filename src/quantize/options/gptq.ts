/* eslint-disable @typescript-eslint/no-non-null-assertion -- The inner loops visit each weight once per column; bounds are
   those of the matrix. */
import { roundHalfAway } from '../scale';
import { inverseFactor } from './cholesky';

/** The matrix that rounding is to leave alone as far as its inputs go. */
export interface RoundingProblem {
  /** Real weights, `[rows, depth]` row-major. */
  readonly weights: Float32Array;
  readonly rows: number;
  readonly depth: number;
  /** The weight's own step; depends on the matrix a column belongs to, or on the row. */
  readonly scaleOf: (row: number, column: number) => number;
  /** What plain rounding gives. */
  readonly nearest: Int8Array;
  /** Mean product of each pair of inputs, `[depth, depth]`. */
  readonly products: Float64Array;
}

const LARGEST = 127;

/**
 * int8 weights whose products with the inputs that calibration saw are closest to the real ones, each weight rounded up or
 * down: GPTQ (Frantar et al. 2022, arXiv 2210.17323). Columns are rounded one after the other, those of the largest inputs
 * first; the columns not yet rounded take up the error, by the inverse of the inputs' second moments. A row for which that
 * is no better than plain rounding keeps plain rounding.
 *
 * @param damping added to the diagonal, as a share of its mean: 0.01 in the paper.
 */
export function roundByInputs(problem: RoundingProblem, damping: number): Int8Array {
  const { weights, rows, depth, scaleOf, nearest, products } = problem;
  const order = columnsByPower(products, depth);
  const factor = inverseFactor(permutedDamped(products, order, damping), depth);
  if (factor === null) return nearest;
  const rounded = new Int8Array(nearest.length);
  const work = new Float64Array(depth);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < depth; j++) work[j] = weights[row * depth + order[j]!]!;
    for (let j = 0; j < depth; j++) {
      const column = order[j]!;
      const scale = scaleOf(row, column);
      const q = Math.min(Math.max(roundHalfAway(work[j]! / scale), -LARGEST), LARGEST);
      rounded[row * depth + column] = q;
      const error = (work[j]! - q * scale) / factor[j * depth + j]!;
      for (let k = j + 1; k < depth; k++) work[k]! -= error * factor[j * depth + k]!;
    }
  }
  return betterRows(problem, rounded);
}

/** Mean square error of a row's product over the inputs that calibration saw. */
export function roundingError(problem: RoundingProblem, rounded: Int8Array, row: number): number {
  const { weights, depth, scaleOf, products } = problem;
  const error = new Float64Array(depth);
  for (let j = 0; j < depth; j++) {
    error[j] = weights[row * depth + j]! - rounded[row * depth + j]! * scaleOf(row, j);
  }
  let total = 0;
  for (let i = 0; i < depth; i++) {
    const factor = error[i]!;
    if (factor === 0) continue;
    let sum = 0;
    for (let j = 0; j < depth; j++) sum += products[i * depth + j]! * error[j]!;
    total += factor * sum;
  }
  return total;
}

/** Columns in order of falling input power. */
function columnsByPower(products: Float64Array, depth: number): Int32Array {
  const power = (column: number): number => products[column * depth + column]!;
  return Int32Array.from({ length: depth }, (_, column) => column).sort(
    (a, b) => power(b) - power(a) || a - b,
  );
}

function permutedDamped(products: Float64Array, order: Int32Array, damping: number): Float64Array {
  const depth = order.length;
  const matrix = new Float64Array(depth * depth);
  let trace = 0;
  for (let i = 0; i < depth; i++) {
    trace += products[i * depth + i]!;
    for (let j = 0; j < depth; j++) matrix[i * depth + j] = products[order[i]! * depth + order[j]!]!;
  }
  const added = damping * (trace / depth) || 1;
  for (let i = 0; i < depth; i++) matrix[i * depth + i]! += added;
  return matrix;
}

function betterRows(problem: RoundingProblem, rounded: Int8Array): Int8Array {
  const { rows, depth, nearest } = problem;
  for (let row = 0; row < rows; row++) {
    if (roundingError(problem, rounded, row) < roundingError(problem, nearest, row)) continue;
    rounded.set(nearest.subarray(row * depth, (row + 1) * depth), row * depth);
  }
  return rounded;
}
