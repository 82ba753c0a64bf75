import type { LstmDirectionParameters } from '../contract/lstm-parameters';
import { lstmFrame } from './lstm_frame';
import { createStages } from './lstm_stages';
import type { LstmStages } from './lstm_stages';

/** Which row of a sequence tensor holds a timestep of a batch row: `timestep * timeStride + batchRow * batchStride`. */
export interface SequenceLayout {
  readonly batch: number;
  readonly timesteps: number;
  readonly timeStride: number;
  readonly batchStride: number;
}

/** Carried over from call to call. */
export interface LstmState {
  /** h, int8 `[batch, outputElements]`. */
  readonly hidden: Int8Array;
  /** c, int16 `[batch, units]`. */
  readonly cell: Int16Array;
}

/** Timesteps in the order of computation, `first` included and `end` not. */
export interface StepRange {
  readonly first: number;
  readonly end: number;
}

/** What a caller sees of every timestep of every batch row; the arrays are reused. */
export interface LstmStepEvent {
  readonly batchRow: number;
  /** Position in the order of computation: with a reversed direction the last timestep of the row comes first. */
  readonly timestep: number;
  readonly inputAccumulator: Int32Array;
  readonly stages: LstmStages;
  readonly cell: Int16Array;
  readonly hidden: Int8Array;
}

export interface LstmSequenceArguments {
  readonly parameters: LstmDirectionParameters;
  readonly reversed: boolean;
  readonly layout: SequenceLayout;
  /** Timesteps of each batch row, at most `layout.timesteps`; null if all have as many. */
  readonly lengths: Int32Array | null;
  /** int8 `[rows, inputElements]` */
  readonly input: Int8Array;
  /** What to run of the whole; the state has to be that of `first`. All by default. */
  readonly steps?: StepRange;
  /** Advanced in place. */
  readonly state: LstmState;
  /** int8 `[rows, outputElements]`, filled as far as it runs; rows past a length get the zero point. */
  readonly output: Int8Array;
  readonly onStep?: (event: LstmStepEvent) => void;
}

/** Twin of `lstm_sequence.wgsl`: a direction of a layer over all timesteps of all batch rows. */
export function lstmSequence(sequence: LstmSequenceArguments): void {
  const { parameters, reversed, layout, lengths, input, state, output, onStep } = sequence;
  const { first, end } = sequence.steps ?? { first: 0, end: layout.timesteps };
  const { inputElements, outputElements, units } = parameters;
  const inputAccumulator = new Int32Array(4 * units);
  const stages = createStages(parameters);
  for (let batchRow = 0; batchRow < layout.batch; batchRow++) {
    const hidden = state.hidden.subarray(batchRow * outputElements, (batchRow + 1) * outputElements);
    const cell = state.cell.subarray(batchRow * units, (batchRow + 1) * units);
    const length = lengths === null ? layout.timesteps : lengths[batchRow]!;
    const rowAt = (time: number): number => time * layout.timeStride + batchRow * layout.batchStride;
    for (let timestep = first; timestep < Math.min(length, end); timestep++) {
      const row = rowAt(reversed ? length - 1 - timestep : timestep);
      const x = input.subarray(row * inputElements, (row + 1) * inputElements);
      lstmFrame(parameters, x, hidden, cell, stages, inputAccumulator);
      output.set(hidden, row * outputElements);
      onStep?.({ batchRow, timestep, inputAccumulator, stages, cell, hidden });
    }
    for (let timestep = Math.max(length, first); timestep < end; timestep++) {
      const row = rowAt(timestep);
      output.fill(parameters.outputZeroPoint, row * outputElements, (row + 1) * outputElements);
    }
  }
}
