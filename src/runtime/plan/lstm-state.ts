import { paddedUnits } from '../../contract/lstm-packing';
import { rowWords } from '../../contract/packing';
import { at } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';
import { layerName } from '../layer-state';
import type { PlanBuilder } from './plan-builder';
import type { PlannedBuffer, StatePair } from './plan';

/** Words of the clock and of nothing else before the lengths in a hidden-state buffer. */
const STATE_HEADER_BYTES = 16;

/** A layer's state on the device: the same in all plans of a session. */
export interface LstmState {
  readonly pair: StatePair;
  /** Bytes of the clock and the lengths, before the hidden rows. */
  readonly headBytes: number;
  /** Of the rows of all directions. */
  readonly hiddenBytes: number;
  readonly cell: PlannedBuffer;
}

export function lstmState(lowered: LoweredLstm, paddedBatch: number, builder: PlanBuilder): LstmState {
  const { op, directions } = lowered;
  const { units, outputElements } = at(directions, 0);
  const headBytes = stateHeadBytes(paddedBatch);
  const hiddenBytes = directions.length * paddedBatch * rowWords(outputElements) * 4;
  const key = `${op.name} hidden state`;
  return {
    pair: {
      key,
      buffers: [
        builder.sessionBuffer(`${key} A`, headBytes + hiddenBytes),
        builder.sessionBuffer(`${key} B`, headBytes + hiddenBytes),
      ],
    },
    headBytes,
    hiddenBytes,
    cell: builder.sessionBuffer(
      `${op.name} cell state`,
      directions.length * paddedBatch * paddedUnits(units) * 4,
    ),
  };
}

/** Bytes of the clock and the lengths in a hidden-state buffer. */
export function stateHeadBytes(paddedBatch: number): number {
  return STATE_HEADER_BYTES + Math.ceil(paddedBatch / 4) * 16;
}

/** Tells where the states of a layer's directions lie. */
export function registerState(
  lowered: LoweredLstm,
  { pair, headBytes, hiddenBytes, cell }: LstmState,
  builder: PlanBuilder,
): void {
  const { directions } = lowered;
  const cellBytes = cell.byteLength / directions.length;
  directions.forEach(({ units, outputElements, outputZeroPoint }, index) => {
    builder.state({
      layer: layerName(lowered, index),
      hidden: pair,
      hiddenOffset: headBytes + index * (hiddenBytes / directions.length),
      hiddenElements: outputElements,
      cell: { buffer: cell, offset: index * cellBytes, byteLength: cellBytes },
      units,
      paddedUnits: paddedUnits(units),
      resetValue: outputZeroPoint,
    });
  });
}
