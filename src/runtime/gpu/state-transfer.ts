import { packRows, rowWords, unpackRows } from '../../contract/packing';
import type { LayerState } from '../executor';
import type { PlannedLayerState } from '../plan/plan';

/** "As long as the run is" in the lengths of a hidden-state buffer. */
const WHOLE_RUN = 0xffff_ffff;
/** Words before the lengths: the clock and padding (shaders/lib/lstm_row.wgsl). */
const HEADER_WORDS = 4;

/**
 * The head of a hidden-state buffer: the clock at 0 and the length of each batch row.
 *
 * @param lengths timesteps of each batch row within the next run; null if all take part in all of it
 * @param headWords words before the hidden rows
 */
export function packStateHead(
  lengths: ArrayLike<number> | null,
  headWords: number,
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(headWords).fill(WHOLE_RUN, HEADER_WORDS);
  if (lengths !== null) words.set(Uint32Array.from(lengths), HEADER_WORDS);
  return words;
}

/** Rows of hidden state as the device holds them. */
export function packHidden(
  { hidden }: LayerState,
  { hiddenElements }: PlannedLayerState,
): Uint32Array<ArrayBuffer> {
  return packRows(hidden, hidden.length / hiddenElements, hiddenElements);
}

/** Rows of cell state as the device holds them: int16 in i32, units padded to whole tiles. */
export function packCell(
  { cell }: LayerState,
  { units, paddedUnits }: PlannedLayerState,
): Int32Array<ArrayBuffer> {
  const rows = cell.length / units;
  const words = new Int32Array(rows * paddedUnits);
  for (let row = 0; row < rows; row++) {
    words.set(cell.subarray(row * units, (row + 1) * units), row * paddedUnits);
  }
  return words;
}

/** Bytes of `batch` rows of hidden state on the device. */
export function hiddenBytes({ hiddenElements }: PlannedLayerState, batch: number): number {
  return batch * rowWords(hiddenElements) * 4;
}

/** Bytes of `batch` rows of cell state on the device. */
export function cellBytes({ paddedUnits }: PlannedLayerState, batch: number): number {
  return batch * paddedUnits * 4;
}

/** The state of a layer from what was read back of it. */
export function unpackState(
  planned: PlannedLayerState,
  batch: number,
  hidden: Uint8Array<ArrayBuffer>,
  cell: Uint8Array<ArrayBuffer>,
): LayerState {
  const { layer, hiddenElements, units, paddedUnits } = planned;
  const cellWords = new Int32Array(cell.buffer, cell.byteOffset, batch * paddedUnits);
  const cells = new Int16Array(batch * units);
  for (let row = 0; row < batch; row++) {
    cells.set(cellWords.subarray(row * paddedUnits, row * paddedUnits + units), row * units);
  }
  return {
    layer,
    hidden: unpackRows(
      new Uint32Array(hidden.buffer, hidden.byteOffset, hidden.length / 4),
      batch,
      hiddenElements,
    ),
    cell: cells,
  };
}
