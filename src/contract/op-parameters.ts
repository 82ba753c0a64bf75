import type { QuantizedMultiplier } from '../arith';

/**
 * What the ops around an LSTM need at run time, integers only. Lowering makes these records from a graph's real scales;
 * twins and kernels run on them.
 */

/** Dimensions of the boxes that kernels walk through; tensors of fewer have leading sizes of 1. */
export const BOX_DIMENSIONS = 5;

/** A number per dimension of a box, outermost first. */
export type BoxSizes = readonly [number, number, number, number, number];

/** A dense layer: `y = W x + b` over the last dimension, requantized. */
export interface DenseParameters {
  readonly inputs: number;
  readonly outputs: number;
  /** int8 `[outputs, inputs]` */
  readonly weights: Int8Array;
  /** Effective bias of the accumulator, `[outputs]`: bias and input zero point folded in. */
  readonly bias: Int32Array;
  /** From accumulator to output units, `[outputs]`; all the same where weights are quantized per tensor. */
  readonly multipliers: readonly QuantizedMultiplier[];
}

/** A dense layer with int8 outputs. */
export interface FullyConnectedParameters extends DenseParameters {
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

/** Fraction bits that an int8 difference gets before a sum: |q - z| <= 255, so 255 * 2^20 < 2^28. */
export const SUM_SHIFT = 20;

/** Sum, difference or product, element by element. */
export interface BinaryParameters {
  readonly operation: 'add' | 'subtract' | 'multiply';
  readonly leftZeroPoint: number;
  readonly rightZeroPoint: number;
  /** From each side's units, times 2^20, to the sum's; a product does without. */
  readonly leftMultiplier: QuantizedMultiplier;
  readonly rightMultiplier: QuantizedMultiplier;
  /** From the sum's or the product's units to the output's. */
  readonly outputMultiplier: QuantizedMultiplier;
  readonly outputZeroPoint: number;
  readonly outputRange: Int8Range;
}

/** How the elements of two operands meet, in row-major order of the output; strides count elements, 0 to repeat. */
export interface BroadcastLayout {
  readonly sizes: BoxSizes;
  readonly leftStrides: BoxSizes;
  readonly rightStrides: BoxSizes;
}

/** An average over some dimensions. */
export interface MeanParameters {
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  /** From the sum of differences to output units: the scales' quotient over the number of elements. */
  readonly multiplier: QuantizedMultiplier;
}

/** Which elements an average takes: for each output element, in row-major order, a box of the input. */
export interface MeanLayout {
  /** Sizes of the output, its last dimension last, and where each step along them goes in the input. */
  readonly sizes: BoxSizes;
  readonly strides: BoxSizes;
  /** Sizes of the averaged dimensions, and their strides in the input. */
  readonly reducedSizes: BoxSizes;
  readonly reducedStrides: BoxSizes;
  /** Size of the input's last dimension. */
  readonly inputRowElements: number;
}

/** What the two kinds of convolution have in common. Weights are int8. */
export interface ConvolutionParameters {
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly outputs: number;
  /** Row-major `[outputs, height, width, channels]`; of a depthwise one `[height, width, outputs]`. */
  readonly weights: Int8Array;
  /** `[outputs]`, as in the model. */
  readonly bias: Int32Array;
  readonly multipliers: readonly QuantizedMultiplier[];
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  readonly outputRange: Int8Range;
}

/** Where a convolution's filter stands, for one size of image; pairs are [height, width]. */
export interface ConvolutionLayout {
  readonly images: number;
  /** Channels of the input. */
  readonly channels: number;
  readonly inputSize: readonly [number, number];
  readonly outputSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Steps outside the image before the first output's filter. */
  readonly padding: readonly [number, number];
}

/**
 * Bytes from a source tensor into a box of a destination tensor, both walked with strides: reshape, transpose, slice,
 * reverse, concatenation and padding are all made of these. Starts and strides count row-major elements.
 */
export interface MoveParameters {
  /** Elements of the box along each dimension; the last one runs along one row of the destination. */
  readonly sizes: BoxSizes;
  /** Size of the destination's last dimension. */
  readonly destinationRowElements: number;
  readonly destinationStart: number;
  /** The last stride is 1. */
  readonly destinationStrides: BoxSizes;
  /** Size of the source's last dimension. */
  readonly sourceRowElements: number;
  readonly sourceStart: number;
  /** Negative against the source's order, 0 to repeat. */
  readonly sourceStrides: BoxSizes;
  /** Value to write instead of the source's; null to copy. */
  readonly fill: number | null;
}
