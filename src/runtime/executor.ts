import type { GraphShapes } from '../model/shapes';
import type { Program } from '../lower/program';
import type { TensorId } from '../model';
import type { Planners } from './op-family';
import type { Wavefronts } from './plan/wavefronts';

/** A program with what is known of its shapes: all that an executor needs of a model. */
export interface ExecutableModel {
  readonly program: Program;
  readonly shapes: GraphShapes;
  /** Of the kernels that its ops need. */
  readonly planners: Planners;
  /** Null for a program in which no layer can have a neighbour. */
  readonly wavefronts: Wavefronts | null;
}

/** State of one LSTM layer (one direction of a bidirectional one), row-major. */
export interface LayerState {
  /** The op's name, with the direction for bidirectional layers. */
  readonly layer: string;
  /** h, `[batch, outputElements]`. */
  readonly hidden: Int8Array;
  /** c, `[batch, units]`. */
  readonly cell: Int16Array;
}

/** Everything that a session carries over from call to call; plain data, safe to keep, copy and send. */
export interface SessionState {
  /** Number of sequences. */
  readonly batch: number;
  /** One per LSTM layer and direction, in the order of the model. */
  readonly layers: readonly LayerState[];
}

/** Row-major elements that ops make: int8, int16 between a dense layer and the end of its mask, or float32 in an island. */
export type ComputedValue = Int8Array | Int16Array | Float32Array;

/** Row-major elements: computed ones, or int32 positions that a model input gives. */
export type TensorValue = ComputedValue | Int32Array;

export type TensorValues = ReadonlyMap<TensorId, TensorValue>;

export type ComputedValues = ReadonlyMap<TensorId, ComputedValue>;

/** The int8 elements of a tensor that an executor was told to bring. */
export function valueOf(values: TensorValues, id: TensorId): Int8Array {
  const value = values.get(id);
  if (value instanceof Int8Array) return value;
  throw new TypeError(`tensor ${id} has no int8 values`);
}

/** Stages of one direction of a layer over some timesteps; what `--trace` writes and what a mismatch is located in. */
export interface LayerTrace {
  /** Name of the op, with the direction for bidirectional layers. */
  readonly layer: string;
  /** The way it goes through time. */
  readonly direction: 'forward' | 'reverse';
  /** Position of the first timestep in the call, in the order of computation. */
  readonly firstTimestep: number;
  /** Number of timesteps in this piece of the call. */
  readonly timesteps: number;
  /** Sequences of the session. */
  readonly batch: number;
  /** Cells of the layer. */
  readonly units: number;
  /** int32 `[timesteps, batch, 4, units]`, gates i, f, c, o. */
  readonly inputAccumulator: Int32Array;
  /** int32 `[timesteps, batch, 4, units]`: products with the previous output. */
  readonly recurrentAccumulator: Int32Array;
  /** int16 `[timesteps, batch, 4, units]`. */
  readonly gateSum: Int16Array;
  /** int16 `[timesteps, batch, 4, units]`: what the activation sees, Q3.12; `gateSum` itself without layer norm. */
  readonly preActivation: Int16Array;
  /** int16 `[timesteps, batch, 4, units]`: logistic function or tanh, Q0.15. */
  readonly activation: Int16Array;
  /** int16 `[timesteps, batch, units]`. */
  readonly cell: Int16Array;
  /** int8 `[timesteps, batch, units]`, before projection. */
  readonly hidden: Int8Array;
}

export interface RunRequest {
  /** Values of the tensors that the host feeds, `[batch, time, ...]` as the model lays them out. */
  readonly inputs: TensorValues;
  readonly timesteps: number;
  /** Timesteps of each batch row; null if all rows have as many. */
  readonly lengths: Int32Array | null;
  readonly signal: AbortSignal | null;
  /** Told how much of the call is done, 0 to 1. */
  readonly onProgress: ((fraction: number) => void) | null;
  readonly onTrace: ((trace: LayerTrace) => void) | null;
  /** Tensors to return, int8 or float32. */
  readonly wanted: readonly TensorId[];
  /**
   * Called, unless the call fails before, once nothing but the results' way back is left: the next call may begin then. An
   * executor that runs one call after the other need not call it.
   */
  readonly onAdvanced: () => void;
}

/** Runs one session of a model; the reference and the GPU are interchangeable behind it. */
export interface Executor {
  /** One call; state carries over. A call that fails leaves the state as it was. */
  run(request: RunRequest): Promise<ComputedValues>;
  /** Back to the state of a new session, all batch rows or some. */
  reset(rows: readonly number[] | null): void;
  saveState(): Promise<SessionState>;
  loadState(state: SessionState): void;
  /** Overwrites some batch rows with the rows of a state of as many, in the order given. */
  loadRows(state: SessionState, rows: readonly number[]): void;
  dispose(): void;
  /** Values that were held to the reference so far and found equal; 0 for an executor that is not checked. */
  readonly comparedValues: number;
}
