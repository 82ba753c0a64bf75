import type { FloatUnaryOperation, FloatUnaryParameters } from '../contract/float-op-parameters';

const FUNCTIONS: Readonly<Record<FloatUnaryOperation, (x: number, slope: number) => number>> = {
  abs: Math.abs,
  clamp: (x) => x,
  exp: Math.exp,
  hardSwish: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  leakyRelu: (x, slope) => (x >= 0 ? x : slope * x),
  log: Math.log,
  logistic: (x) => 1 / (1 + Math.exp(-x)),
  negate: (x) => -x,
  rsqrt: (x) => 1 / Math.sqrt(x),
  sqrt: Math.sqrt,
  square: (x) => x * x,
  tanh: Math.tanh,
};

/**
 * Twin of `float_unary.wgsl`: a function of each element, in float64 and rounded once, clamped. The kernel is within the
 * tolerance of `floatTolerance`.
 */
export function floatUnary(
  { operation, slope, range }: FloatUnaryParameters,
  input: Float32Array,
  out: Float32Array,
): void {
  const evaluate = FUNCTIONS[operation];
  for (let index = 0; index < input.length; index++) {
    out[index] = Math.min(Math.max(evaluate(input[index]!, slope), range.low), range.high);
  }
}
