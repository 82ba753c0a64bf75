/* eslint-disable @typescript-eslint/no-non-null-assertion -- Cubic loops over matrices whose size is the argument. */

/**
 * The upper triangular U with `inverse of A = transpose(U) U`, for a symmetric positive definite A. Row j of U says what a
 * change of element j costs and how the elements after it make up for it (Frantar et al. 2022, section 3.3).
 *
 * `A = R transpose(R)` with R upper triangular, a Cholesky factorization from the last row up; then U is the inverse of R.
 *
 * @param matrix `[size, size]` row-major; only its upper triangle is read.
 * @returns U, row-major; null if the matrix is not positive definite.
 */
export function inverseFactor(matrix: Float64Array, size: number): Float64Array | null {
  const factor = upperFactor(matrix, size);
  return factor === null ? null : invertUpper(factor, size);
}

/** R with `A = R transpose(R)`, upper triangular. */
function upperFactor(matrix: Float64Array, size: number): Float64Array | null {
  const factor = new Float64Array(size * size);
  for (let j = size - 1; j >= 0; j--) {
    for (let i = j; i >= 0; i--) {
      let sum = matrix[i * size + j]!;
      for (let k = j + 1; k < size; k++) sum -= factor[i * size + k]! * factor[j * size + k]!;
      if (i === j) {
        if (!(sum > 0)) return null;
        factor[j * size + j] = Math.sqrt(sum);
      } else {
        factor[i * size + j] = sum / factor[j * size + j]!;
      }
    }
  }
  return factor;
}

function invertUpper(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let i = size - 1; i >= 0; i--) {
    const pivot = 1 / factor[i * size + i]!;
    inverse[i * size + i] = pivot;
    // Row i of the inverse from the rows below it, which are done.
    for (let k = i + 1; k < size; k++) {
      const weight = -factor[i * size + k]! * pivot;
      if (weight === 0) continue;
      for (let j = k; j < size; j++) inverse[i * size + j]! += weight * inverse[k * size + j]!;
    }
  }
  return inverse;
}
