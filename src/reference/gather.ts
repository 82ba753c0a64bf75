/**
 * Twin of `gather.wgsl`: rows of a table by their numbers, as an embedding looks words up.
 *
 * @param table int8 `[tableRows, rowElements]`
 * @param indices each 0 to tableRows - 1
 * @param out int8 `[indices.length, rowElements]`
 */
export function gather(table: Int8Array, rowElements: number, indices: Int32Array, out: Int8Array): void {
  for (const [row, index] of indices.entries()) {
    out.set(table.subarray(index * rowElements, (index + 1) * rowElements), row * rowElements);
  }
}
