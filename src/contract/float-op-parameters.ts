/**
 * What the float32 ops of an island need at run time: those between a DEQUANTIZE, or a float32 input of the model, and a
 * QUANTIZE, or a float32 output. Numbers are float32 values.
 */

/** Largest finite float32: the bound where a function has none. */
export const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** Bounds of an output; finite, so that kernels need not meet infinities, which WGSL does not define. */
export interface FloatRange {
  readonly low: number;
  readonly high: number;
}

/** Functions of one value. `clamp` is the identity, before the range is applied. */
export type FloatUnaryOperation =
  | 'abs'
  | 'clamp'
  | 'exp'
  | 'hardSwish'
  | 'leakyRelu'
  | 'log'
  | 'logistic'
  | 'negate'
  | 'rsqrt'
  | 'sqrt'
  | 'square'
  | 'tanh';

export interface FloatUnaryParameters {
  readonly operation: FloatUnaryOperation;
  /** Of the negative half of `leakyRelu`; 0 for the others. */
  readonly slope: number;
  readonly range: FloatRange;
}

/** Functions of two values, element by element. */
export type FloatBinaryOperation =
  'add' | 'subtract' | 'multiply' | 'divide' | 'squaredDifference' | 'maximum' | 'minimum';

export interface FloatBinaryParameters {
  readonly operation: FloatBinaryOperation;
  readonly range: FloatRange;
}

/** A dense layer: `y = clamp(W x + b)` over the last dimension. */
export interface FloatDenseParameters {
  readonly inputs: number;
  readonly outputs: number;
  /** `[outputs, inputs]` */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly bias: Float32Array;
  readonly range: FloatRange;
}

/** A convolution of all channels together, or of each on its own. */
export interface FloatConvolutionParameters {
  readonly depthwise: boolean;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly outputs: number;
  /** `[height, width, channels, outputs]`; of a depthwise one `[height, width, outputs]`. */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly bias: Float32Array;
  readonly range: FloatRange;
}

/**
 * float32 to int8, by the places where the result changes: 255 values in ascending order, of which number i is the least
 * float32 that becomes i - 127 or more.
 */
export interface FloatQuantizeParameters {
  readonly thresholds: Float32Array;
}

/** int8 to float32: `scale * (q - zeroPoint)`. */
export interface FloatDequantizeParameters {
  readonly scale: number;
  readonly zeroPoint: number;
}
