/* eslint-disable @typescript-eslint/no-non-null-assertion -- Nearly all of a float run's time is spent in this loop,
   inside bounds that its callers prove; checked access made it several times slower. */

/**
 * `target[targetOffset + r] += sum_j matrix[r, j] * vector[vectorOffset + j]` for every row r of a row-major matrix.
 * Sums in double precision and rounds once, to float32, on the way out.
 */
export function addProduct(
  target: Float32Array,
  targetOffset: number,
  matrix: Float32Array,
  vector: Float32Array,
  vectorOffset: number,
  rows: number,
  depth: number,
): void {
  for (let row = 0, element = 0; row < rows; row++) {
    let sum = target[targetOffset + row]!;
    for (let j = 0; j < depth; j++) sum += matrix[element++]! * vector[vectorOffset + j]!;
    target[targetOffset + row] = sum;
  }
}
