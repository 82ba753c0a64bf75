/** A typed array whose elements are not looked at. */
interface Elements<V> {
  subarray(begin: number, end: number): V;
  set(values: V, offset: number): void;
}

/**
 * Twin of `gather.wgsl`: rows of a table by their numbers, as an embedding looks words up.
 *
 * @param table `[tableRows, rowElements]`
 * @param indices each 0 to tableRows - 1
 * @param out `[indices.length, rowElements]`, of the table's type
 */
export function gather<V extends Elements<V>>(
  table: V,
  rowElements: number,
  indices: Int32Array,
  out: V,
): void {
  for (const [row, index] of indices.entries()) {
    out.set(table.subarray(index * rowElements, (index + 1) * rowElements), row * rowElements);
  }
}
