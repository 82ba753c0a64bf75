/**
 * How int8 data lies in GPU buffers. Four int8 share a `u32`, the first in the lowest byte; every host that WebGPU runs
 * on is little endian, so a byte view of the words is their packed form.
 */

/** Rows end on this many bytes, padded with zeros, so that kernels read whole 16-byte pieces along a row. */
export const ROW_ALIGNMENT_BYTES = 16;

/** Quads that lie side by side in packed weights: the lanes of the narrowest subgroup that the kernels assume. */
export const QUADS_PER_TILE = 8;

/** Bytes along the depth that one `vec2<u32>` of packed weights holds. */
export const DEPTH_BLOCK_BYTES = 8;

/** Words of one activation row of `rowElements` int8 values. */
export function rowWords(rowElements: number): number {
  return (Math.ceil(rowElements / ROW_ALIGNMENT_BYTES) * ROW_ALIGNMENT_BYTES) / Uint32Array.BYTES_PER_ELEMENT;
}

/**
 * Packs row-major `[rows, rowElements]` activations for a kernel.
 *
 * @throws RangeError if `values` does not have exactly that many elements.
 */
export function packRows(values: Int8Array, rows: number, rowElements: number): Uint32Array<ArrayBuffer> {
  if (values.length !== rows * rowElements) {
    throw new RangeError(`packRows: ${values.length} values are not ${rows} rows of ${rowElements}`);
  }
  const words = new Uint32Array(rows * rowWords(rowElements));
  const bytes = new Int8Array(words.buffer);
  const rowBytes = rowWords(rowElements) * Uint32Array.BYTES_PER_ELEMENT;
  for (let row = 0; row < rows; row++) {
    bytes.set(values.subarray(row * rowElements, (row + 1) * rowElements), row * rowBytes);
  }
  return words;
}

/**
 * The row-major `[rows, rowElements]` activations of a packed buffer; the padding is dropped.
 *
 * @throws RangeError if `words` holds fewer rows.
 */
export function unpackRows(words: Uint32Array, rows: number, rowElements: number): Int8Array<ArrayBuffer> {
  const rowBytes = rowWords(rowElements) * Uint32Array.BYTES_PER_ELEMENT;
  if (words.byteLength < rows * rowBytes) {
    throw new RangeError(`unpackRows: ${words.length} words hold less than ${rows} rows of ${rowElements}`);
  }
  const bytes = new Int8Array(words.buffer, words.byteOffset, words.byteLength);
  const values = new Int8Array(rows * rowElements);
  for (let row = 0; row < rows; row++) {
    values.set(bytes.subarray(row * rowBytes, row * rowBytes + rowElements), row * rowElements);
  }
  return values;
}

/** A weight matrix seen as quads: groups of up to four rows that one invocation accumulates together. */
export interface QuadMatrix {
  /** Groups: the cells of an LSTM, or a fully connected layer's output channels divided by four. */
  readonly quads: number;
  /** Rows in a group: the gates of a cell (3 with CIFG), or 4 neighbouring output channels. */
  readonly slots: number;
  /** Elements of a row. */
  readonly depth: number;
  /** Row `slot` of group `quad`, `depth` elements; null for a row of zeros. */
  readonly row: (quad: number, slot: number) => Int8Array | null;
}

/** Blocks of `DEPTH_BLOCK_BYTES` along a packed row; even, because rows are padded to `ROW_ALIGNMENT_BYTES`. */
export function depthBlocks(depth: number): number {
  return (rowWords(depth) * Uint32Array.BYTES_PER_ELEMENT) / DEPTH_BLOCK_BYTES;
}

/** Words that `packQuads` returns for a matrix of this size. */
export function packedQuadWords({
  quads,
  slots,
  depth,
}: Pick<QuadMatrix, 'quads' | 'slots' | 'depth'>): number {
  const tiles = Math.ceil(quads / QUADS_PER_TILE);
  return (
    tiles * depthBlocks(depth) * slots * QUADS_PER_TILE * (DEPTH_BLOCK_BYTES / Uint32Array.BYTES_PER_ELEMENT)
  );
}

/**
 * Packs a weight matrix in the order in which neighbouring lanes, one quad each, read it:
 * `[tile of 8 quads][block of 8 bytes along the depth][slot][quad in tile]`, each element a `vec2<u32>` of 8 int8.
 * Depth is padded with zeros to 16 and quads to 8, so no kernel has a ragged edge to test in its inner loop.
 *
 * The tiles keep a row's blocks a few hundred bytes apart instead of a power-of-two row stride apart, which on CPUs
 * and GPUs alike maps to few cache sets.
 *
 * @throws RangeError if a row does not have `depth` elements or `slots` is not 1 to 4.
 */
export function packQuads(matrix: QuadMatrix): Uint32Array<ArrayBuffer> {
  const { quads, slots, depth, row } = matrix;
  if (slots < 1 || slots > 4) throw new RangeError(`packQuads: ${slots} slots; a quad has 1 to 4 rows`);
  const words = new Uint32Array(packedQuadWords(matrix));
  const bytes = new Int8Array(words.buffer);
  const blocks = depthBlocks(depth);
  for (let quad = 0; quad < quads; quad++) {
    const tile = Math.floor(quad / QUADS_PER_TILE);
    const quadInTile = quad % QUADS_PER_TILE;
    for (let slot = 0; slot < slots; slot++) {
      const values = row(quad, slot);
      if (values === null) continue;
      if (values.length !== depth) {
        throw new RangeError(
          `packQuads: row ${slot} of quad ${quad} has ${values.length} elements, not ${depth}`,
        );
      }
      for (let block = 0; block * DEPTH_BLOCK_BYTES < depth; block++) {
        const element = ((tile * blocks + block) * slots + slot) * QUADS_PER_TILE + quadInTile;
        const start = block * DEPTH_BLOCK_BYTES;
        bytes.set(values.subarray(start, start + DEPTH_BLOCK_BYTES), element * DEPTH_BLOCK_BYTES);
      }
    }
  }
  return words;
}
