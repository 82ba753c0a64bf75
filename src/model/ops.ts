import type {
  BinaryOp,
  Conv2dOp,
  DepthwiseConv2dOp,
  DequantizeOp,
  FullyConnectedOp,
  MeanOp,
  QuantizeOp,
  SoftmaxOp,
} from './arithmetic-ops';
import type { OpBase } from './op-base';
import type {
  ConcatenationOp,
  GatherOp,
  PadOp,
  ReshapeOp,
  ReverseOp,
  SliceOp,
  SplitOp,
  TransposeOp,
} from './move-ops';
import type { FloatUnaryOp, HardSwishOp, LeakyReluOp, LogisticOp, ReluOp, TanhOp } from './unary-ops';
import type { Quantization, TensorId } from './tensor';

export type * from './arithmetic-ops';
export type * from './move-ops';
export type { FusedActivation } from './op-base';
export type * from './unary-ops';

/** The four gates, in TFLite's order, which is ours everywhere. */
export const GATES = ['input', 'forget', 'cell', 'output'] as const;
export type GateName = (typeof GATES)[number];

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

export type Op =
  | LstmOp
  | FullyConnectedOp
  | Conv2dOp
  | DepthwiseConv2dOp
  | BinaryOp
  | MeanOp
  | SoftmaxOp
  | LogisticOp
  | TanhOp
  | ReluOp
  | LeakyReluOp
  | HardSwishOp
  | FloatUnaryOp
  | QuantizeOp
  | DequantizeOp
  | ReshapeOp
  | ConcatenationOp
  | SplitOp
  | SliceOp
  | TransposeOp
  | PadOp
  | ReverseOp
  | GatherOp;
export type OpKind = Op['kind'];
