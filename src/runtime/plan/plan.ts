import type { KernelContract, Specialization } from '../../contract/kernel-contract';
import type { DType } from '../../model';

/** How long a buffer lives and who shares it. */
export type BufferLifetime =
  /** Weights and constants: one per model, shared by its sessions. */
  | 'model'
  /** LSTM state: one per session. */
  | 'session'
  /** Activations, scratch and parameters of one batch and number of timesteps. */
  | 'plan';

export interface PlannedBuffer {
  /** Unique within its lifetime; also the label that errors and tools show. */
  readonly key: string;
  readonly lifetime: BufferLifetime;
  readonly byteLength: number;
  /** `uniform` for parameters, `storage` for the rest. */
  readonly usage: 'uniform' | 'storage';
  /** Bytes to upload when the buffer is made; zeros without it. */
  readonly contents: (() => ArrayBufferView<ArrayBuffer>) | null;
}

/** Part of a planned buffer; offsets are multiples of 256 where a range is bound. */
export interface BufferRange {
  readonly buffer: PlannedBuffer;
  readonly offset: number;
  readonly byteLength: number;
}

/**
 * The hidden state of a layer: two buffers that exchange their roles with every step, so that no dispatch reads what it
 * writes.
 */
export interface StatePair {
  readonly key: string;
  readonly buffers: readonly [PlannedBuffer, PlannedBuffer];
}

/** A binding that alternates with the roles of a state pair. */
export interface StateBinding {
  readonly pair: StatePair;
  readonly role: 'current' | 'next';
}

export type PlannedBinding = BufferRange | StateBinding;

export interface PlannedDispatch {
  readonly kind: 'dispatch';
  /** Name of the op that it is part of. */
  readonly op: string;
  readonly contract: KernelContract;
  readonly specialization: Specialization;
  readonly bindings: Readonly<Record<string, PlannedBinding>>;
  readonly workgroups: readonly [number, number, number];
  /** Multiply-accumulates, to bound the GPU time of a submission. */
  readonly work: number;
}

/** Exchanges the roles of a pair: what was `next` is `current` from here on. */
export interface PlannedExchange {
  readonly kind: 'exchange';
  readonly pair: StatePair;
}

/** Copies bytes between buffers; offsets are multiples of 4. */
export interface PlannedCopy {
  readonly kind: 'copy';
  readonly from: CopyEnd;
  readonly to: CopyEnd;
  readonly byteLength: number;
}

export interface CopyEnd {
  readonly buffer: PlannedBuffer | StateBinding;
  readonly offset: number;
}

/** The same commands many times over; a run may be cut into submissions between the turns. */
export interface PlannedRepeat {
  readonly kind: 'repeat';
  readonly times: number;
  readonly body: readonly PlannedTurn[];
}

/** What a repeat repeats. */
export type PlannedTurn = PlannedDispatch | PlannedExchange | PlannedCopy;

export type PlannedCommand = PlannedTurn | PlannedRepeat;

/** State of an LSTM layer on the device. */
export interface PlannedLayerState {
  /** The op's name, with the direction for bidirectional layers. */
  readonly layer: string;
  readonly hidden: StatePair;
  /** Byte offset of the hidden rows in each of the pair's buffers. */
  readonly hiddenOffset: number;
  readonly hiddenElements: number;
  readonly cell: BufferRange;
  readonly units: number;
  readonly paddedUnits: number;
  /** Value of the hidden state after a reset. */
  readonly resetValue: number;
}

/** Where a trace of one layer's run lies. */
export interface PlannedTrace {
  readonly layer: string;
  readonly inputAccumulators: BufferRange;
  readonly stages: BufferRange;
}

/** Everything that one pass over a batch and a number of timesteps does on a GPU. Data only: `inspect` reads it too. */
export interface GpuPlan {
  readonly commands: readonly PlannedCommand[];
  /** Storage of every tensor of the graph that the device holds, by tensor id. */
  readonly values: ReadonlyMap<number, PlannedValue>;
  readonly states: readonly PlannedLayerState[];
  readonly traces: readonly PlannedTrace[];
}

/** A tensor on the device: rows of int8, each padded to 16 bytes, or values of 4 bytes without padding. */
export interface PlannedValue {
  readonly dtype: DType;
  readonly range: BufferRange;
  readonly shape: readonly number[];
  readonly rows: number;
  readonly rowElements: number;
}
