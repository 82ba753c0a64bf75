import type { FusedActivation, OpBase } from './op-base';
import type { TensorId } from './tensor';

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

/** How a filter steps over an image; each pair is [height, width]. */
export interface ConvolutionGeometry {
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** `same`: as many outputs as steps of the stride, zeros around the image; `valid`: inside the image only. */
  readonly padding: 'same' | 'valid';
}

/** Convolution over `[batch, height, width, channels]`; a 1-D one has a height or width of 1. */
export interface Conv2dOp extends OpBase, ConvolutionGeometry {
  readonly kind: 'conv2d';
  readonly input: TensorId;
  /** int8 `[outputs, height, width, channels]`, per tensor or per output channel. */
  readonly weights: TensorId;
  /** int32 `[outputs]`. */
  readonly bias: TensorId | null;
  readonly output: TensorId;
  readonly activation: FusedActivation;
}

/** Convolution of each channel on its own; output channel c sees input channel c / depth multiplier. */
export interface DepthwiseConv2dOp extends OpBase, ConvolutionGeometry {
  readonly kind: 'depthwiseConv2d';
  readonly input: TensorId;
  /** int8 `[1, height, width, outputs]`, per tensor or per output channel (dimension 3). */
  readonly weights: TensorId;
  /** int32 `[outputs]`. */
  readonly bias: TensorId | null;
  readonly output: TensorId;
  readonly activation: FusedActivation;
}

/** What runs in int8 and in float32. */
export type IntegerOperation = 'add' | 'subtract' | 'multiply';
/** What runs in float32 only. `squaredDifference` is `(left - right)^2`. */
export type FloatOperation = 'divide' | 'squaredDifference' | 'maximum' | 'minimum';

/** Element by element; either side may be broadcast, dimensions aligned at the last. */
export interface BinaryOp extends OpBase {
  readonly kind: 'binary';
  readonly operation: IntegerOperation | FloatOperation;
  readonly left: TensorId;
  readonly right: TensorId;
  readonly output: TensorId;
  /** `none` for `squaredDifference`, `maximum` and `minimum`, which files have without one. */
  readonly activation: FusedActivation;
}

export interface MeanOp extends OpBase {
  readonly kind: 'mean';
  readonly input: TensorId;
  readonly output: TensorId;
  /** Dimensions to average over, not negative, each once. */
  readonly axes: readonly number[];
  /** Keep them as dimensions of 1. */
  readonly keepDims: boolean;
}

export interface SoftmaxOp extends OpBase {
  readonly kind: 'softmax';
  readonly input: TensorId;
  readonly output: TensorId;
  readonly beta: number;
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
