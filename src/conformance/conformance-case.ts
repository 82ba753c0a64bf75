import type { GateName } from '../model';

/** One scale and zero point: `real = scale * (q - zeroPoint)`. The scale is a float32 value. */
export interface Affine {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Constants that share one scale; vectors have one row. Row-major. */
export interface Constant<T extends Int8Array | Int16Array> {
  readonly columns: number;
  readonly values: T;
  /** A float32 value; the zero point is 0. */
  readonly scale: number;
}

/** One gate as its file states it. */
export interface GateConstants {
  /** `[units, inputs]` */
  readonly inputWeights: Constant<Int8Array>;
  /** `[units, outputs]` */
  readonly recurrentWeights: Constant<Int8Array>;
  /** `[units]` */
  readonly bias: Int32Array;
  /** `[units]`; null without peephole connections, and on the cell gate. */
  readonly peephole: Constant<Int16Array> | null;
  readonly layerNorm: {
    /** `[units]` */
    readonly coefficients: Constant<Int16Array>;
    /** Scale of the sum that is normalised. */
    readonly preActivationScale: number;
  } | null;
}

/** One LSTM layer, whole. */
export interface LstmLayer {
  readonly kind: 'lstm';
  readonly inputs: number;
  readonly units: number;
  /** `units` without projection. */
  readonly outputs: number;
  readonly gates: Readonly<Record<Exclude<GateName, 'input'>, GateConstants>> & {
    /** null with a coupled input-forget gate. */
    readonly input: GateConstants | null;
  };
  readonly projection: {
    /** `[outputs, units]` */
    readonly weights: Constant<Int8Array>;
    /** `[outputs]` */
    readonly bias: Int32Array | null;
  } | null;
  readonly cellScaleLog2: number;
  /** Real-valued; 0 for none. */
  readonly cellClip: number;
  /** Real-valued; 0 for none. */
  readonly projectionClip: number;
  /** The hidden value before projection, intermediate 4. */
  readonly hidden: Affine;
  /** Output and output state. */
  readonly output: Affine;
}

/** A link of the chain that a model is; each kind knows how to be built and how to be made smaller. */
export type Layer = LstmLayer;

/** How time and batch lie in the sequence tensors, which all layers of a model share. */
export type SequenceOrder =
  /** `[batch, time, features]` */
  | 'batchMajor'
  /** `[time, batch, features]` */
  | 'timeMajor'
  /** `[batch, features]`: the LSTM op, one timestep per call. */
  | 'oneStep';

/** A model and what it is run on: everything a backend is asked, and nothing about the answer. */
export interface ConformanceCase {
  /** Unique in a run, and enough to generate the case again: `7-00012-lnproj-2l`. */
  readonly name: string;
  readonly batch: number;
  /** Of each call. */
  readonly timesteps: number;
  readonly order: SequenceOrder;
  readonly input: Affine;
  readonly layers: readonly [Layer, ...Layer[]];
  /** Inputs of the calls, in turn and with the state carried over from the reset state; row-major. */
  readonly calls: readonly [Int8Array, ...Int8Array[]];
}

/** Stages of a layer that TFLite's kernels have as options; together they are the paper's 16 topologies. */
export interface Variant {
  readonly layerNorm: boolean;
  readonly projection: boolean;
  readonly peephole: boolean;
  readonly coupledGates: boolean;
}

export function variantOf({ gates, projection }: LstmLayer): Variant {
  return {
    layerNorm: gates.forget.layerNorm !== null,
    projection: projection !== null,
    peephole: gates.forget.peephole !== null,
    coupledGates: gates.input === null,
  };
}

/** `lnprojpeepcifg`, shortened by what is off; `plain` without any. */
export function variantName({ layerNorm, projection, peephole, coupledGates }: Variant): string {
  const name = [
    layerNorm ? 'ln' : '',
    projection ? 'proj' : '',
    peephole ? 'peep' : '',
    coupledGates ? 'cifg' : '',
  ].join('');
  return name === '' ? 'plain' : name;
}
