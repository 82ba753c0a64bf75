import type { FusedActivation, OpBase } from './op-base';
import type { TensorId } from './tensor';

interface UnaryOpBase extends OpBase {
  readonly input: TensorId;
  readonly output: TensorId;
}

export interface LogisticOp extends UnaryOpBase {
  readonly kind: 'logistic';
}

export interface TanhOp extends UnaryOpBase {
  readonly kind: 'tanh';
}

export interface ReluOp extends UnaryOpBase {
  readonly kind: 'relu';
  /** What TFLite has as RELU, RELU6 and RELU_N1_TO_1. */
  readonly bound: Exclude<FusedActivation, 'none'>;
}

export interface LeakyReluOp extends UnaryOpBase {
  readonly kind: 'leakyRelu';
  /** Slope of the negative half; float32. */
  readonly alpha: number;
}

/** `x * clamp(x + 3, 0, 6) / 6` */
export interface HardSwishOp extends UnaryOpBase {
  readonly kind: 'hardSwish';
}

/** Functions of one real number that have no integer kernel. `rsqrt` is `1 / sqrt(x)`. */
export type FloatFunction = 'abs' | 'exp' | 'log' | 'negate' | 'rsqrt' | 'sqrt' | 'square';

/** Runs in float32 only. */
export interface FloatUnaryOp extends UnaryOpBase {
  readonly kind: 'floatUnary';
  readonly function: FloatFunction;
}
