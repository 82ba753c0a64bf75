import type { SequenceLayout } from '../reference/lstm_sequence';
import type { LstmOp } from '../model';

/** Batch, time, and how both make up the rows of a layer's input and output. */
export interface LayerSizes extends SequenceLayout {
  readonly rows: number;
}

export function layerSizes(op: LstmOp, inputShape: readonly number[]): LayerSizes {
  const layout = sequenceLayout(op, inputShape);
  return { ...layout, rows: layout.batch * layout.timesteps };
}

/** Batch and time of an LSTM's input, and how both make up its rows. */
export function sequenceLayout(op: LstmOp, inputShape: readonly number[]): SequenceLayout {
  const [first = 1, second = 1] = inputShape;
  if (op.oneStep) return { batch: first, timesteps: 1, timeStride: first, batchStride: 1 };
  if (op.timeMajor) return { batch: second, timesteps: first, timeStride: second, batchStride: 1 };
  return { batch: first, timesteps: second, timeStride: 1, batchStride: second };
}
