import type { Quantization, TensorId } from './tensor';

/** The four gates, in TFLite's order, which is ours everywhere. */
export const GATES = ['input', 'forget', 'cell', 'output'] as const;
export type GateName = (typeof GATES)[number];

/** What TFLite calls the fused activation of an op; applied by clamping the quantized output. */
export type FusedActivation = 'none' | 'relu' | 'relu6' | 'reluN1To1';

interface OpBase {
  /** Unique, human-readable: the kind and its index in the file, such as `lstm_1`. */
  readonly name: string;
  /** Position in the source file's op list, for messages. */
  readonly sourceIndex: number;
}

/** Weights and ranges of one gate. Paper section 3.2. */
export interface LstmGateTensors {
  /** int8 `[units, input]`. */
  readonly inputWeights: TensorId;
  /** int8 `[units, output]`. */
  readonly recurrentWeights: TensorId;
  /** int32 `[units]`; with layer norm it is added after the normalisation. */
  readonly bias: TensorId | null;
  /** int16 `[units]`; never on the cell gate. */
  readonly peephole: TensorId | null;
  /** int16 `[units]` layer-norm coefficients. */
  readonly layerNorm: TensorId | null;
  /** Scale of the summed pre-activation (intermediate 0 to 3); null unless the gate is layer-normalised. */
  readonly preActivation: Quantization | null;
}

/** One direction of an LSTM layer: everything but its input. */
export interface LstmDirection {
  readonly direction: 'forward' | 'reverse';
  /** `input` is null with a coupled input-forget gate (CIFG): i = 1 - f. */
  readonly gates: Readonly<Record<Exclude<GateName, 'input'>, LstmGateTensors>> & {
    readonly input: LstmGateTensors | null;
  };
  readonly projection: { readonly weights: TensorId; readonly bias: TensorId | null } | null;
  /** Meaning of the hidden value before projection (intermediate 4); null in a float source. */
  readonly hidden: Quantization | null;
  /** int8 `[batch, output]` state tensor. */
  readonly outputState: TensorId;
  /** int16 `[batch, units]` state tensor. */
  readonly cellState: TensorId;
  readonly output: TensorId;
}

/**
 * LSTM over a sequence (op 44) or of one timestep (op 16, `oneStep`). A bidirectional layer is two directions over the
 * same input that advance together.
 */
export interface LstmOp extends OpBase {
  readonly kind: 'lstm';
  readonly input: TensorId;
  readonly directions: readonly [LstmDirection] | readonly [LstmDirection, LstmDirection];
  /** `[time, batch, features]` instead of `[batch, time, features]`. */
  readonly timeMajor: boolean;
  /** The input has no time dimension: `[batch, features]`. */
  readonly oneStep: boolean;
  /** Real-valued bound of the cell state; 0 for none. */
  readonly cellClip: number;
  /** Real-valued bound of the projected output; 0 for none. */
  readonly projectionClip: number;
}

export interface FullyConnectedOp extends OpBase {
  readonly kind: 'fullyConnected';
  readonly input: TensorId;
  /** int8 `[outputs, inputs]`, per tensor or per output channel. */
  readonly weights: TensorId;
  /** int32 `[outputs]`. */
  readonly bias: TensorId | null;
  readonly output: TensorId;
  readonly activation: FusedActivation;
  /** Keep all leading dimensions instead of flattening them into one. */
  readonly keepDims: boolean;
}

export interface ReshapeOp extends OpBase {
  readonly kind: 'reshape';
  readonly input: TensorId;
  readonly output: TensorId;
  /** Target dimensions as the file states them; at most one is -1. */
  readonly shape: readonly number[];
}

export interface SoftmaxOp extends OpBase {
  readonly kind: 'softmax';
  readonly input: TensorId;
  readonly output: TensorId;
  readonly beta: number;
}

export interface LogisticOp extends OpBase {
  readonly kind: 'logistic';
  readonly input: TensorId;
  readonly output: TensorId;
}

export interface TanhOp extends OpBase {
  readonly kind: 'tanh';
  readonly input: TensorId;
  readonly output: TensorId;
}

/** float32 to int8, or int8 to int8 of another scale. */
export interface QuantizeOp extends OpBase {
  readonly kind: 'quantize';
  readonly input: TensorId;
  readonly output: TensorId;
}

export interface DequantizeOp extends OpBase {
  readonly kind: 'dequantize';
  readonly input: TensorId;
  readonly output: TensorId;
}

export type Op =
  LstmOp | FullyConnectedOp | ReshapeOp | SoftmaxOp | LogisticOp | TanhOp | QuantizeOp | DequantizeOp;
export type OpKind = Op['kind'];
