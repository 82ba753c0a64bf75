import type { QuantizedMultiplier } from '../arith';

/**
 * What the ops around an LSTM need at run time, integers only. Lowering makes these records from a graph's real scales;
 * twins and kernels run on them.
 */

/** A dense layer: `y = W x + b` over the last dimension, requantized to int8. */
export interface FullyConnectedParameters {
  readonly inputs: number;
  readonly outputs: number;
  /** int8 `[outputs, inputs]` */
  readonly weights: Int8Array;
  /** Effective bias of the accumulator, `[outputs]`: bias and input zero point folded in. */
  readonly bias: Int32Array;
  /** From accumulator to output units, `[outputs]`; all the same where weights are quantized per tensor. */
  readonly multipliers: readonly QuantizedMultiplier[];
  readonly outputZeroPoint: number;
  readonly outputRange: Int8Range;
}

/** Bounds of an output: its type's, narrowed by the op's fused activation. */
export interface Int8Range {
  readonly min: number;
  readonly max: number;
}

/** Softmax over the last dimension, at TFLite's fixed output scale 1/256 and zero point -128. */
export interface SoftmaxParameters {
  /**
   * exp of a logit's real distance below its row's maximum, Q0.31, by that distance in input units (0 to 255);
   * 0 where TFLite leaves a logit out of the sum.
   */
  readonly exponentials: Int32Array;
}

/** Any function of one int8. */
export interface LookupParameters {
  /** Results by the input's bit pattern: entries 0 to 127 are its non-negative values, 128 to 255 are -128 to -1. */
  readonly table: Int8Array;
}

/** Dimensions of the box that `MoveParameters` describes; tensors of fewer have leading sizes of 1. */
export const MOVE_DIMENSIONS = 5;

export type MoveSizes = readonly [number, number, number, number, number];

/**
 * Bytes from a source tensor into a box of a destination tensor, both walked with strides: reshape, transpose, slice,
 * reverse, concatenation and padding are all made of these. Starts and strides count row-major elements.
 */
export interface MoveParameters {
  /** Elements of the box along each dimension; the last one runs along one row of the destination. */
  readonly sizes: MoveSizes;
  /** Size of the destination's last dimension. */
  readonly destinationRowElements: number;
  readonly destinationStart: number;
  /** The last stride is 1. */
  readonly destinationStrides: MoveSizes;
  /** Size of the source's last dimension. */
  readonly sourceRowElements: number;
  readonly sourceStart: number;
  /** Negative against the source's order, 0 to repeat. */
  readonly sourceStrides: MoveSizes;
}
