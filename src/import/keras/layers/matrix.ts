import { at } from '../../../errors';

/** The transpose of a row-major matrix. */
export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return columnBlock(matrix, rows, columns, 0, columns);
}

/** The transpose of `count` columns of a row-major matrix from the `first` on: `[count, rows]`. */
export function columnBlock(
  matrix: Float32Array,
  rows: number,
  columns: number,
  first: number,
  count: number,
): Float32Array {
  const block = new Float32Array(count * rows);
  for (let column = 0; column < count; column++) {
    for (let row = 0; row < rows; row++) {
      block[column * rows + row] = at(matrix, row * columns + first + column);
    }
  }
  return block;
}
