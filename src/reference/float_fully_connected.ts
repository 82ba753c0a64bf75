import type { FloatDenseParameters } from '../contract/float-op-parameters';

/**
 * Twin of `float_fully_connected.wgsl`: `clamp(W x + b)` over rows, in float64 and rounded once. The kernel is within the
 * tolerance of `floatTolerance`.
 *
 * @param input `[rows, inputs]`
 * @param out `[rows, outputs]`
 */
export function floatFullyConnected(
  { inputs, outputs, weights, bias, range }: FloatDenseParameters,
  input: Float32Array,
  out: Float32Array,
): void {
  for (let index = 0; index < out.length; index++) {
    const output = index % outputs;
    const row = Math.trunc(index / outputs);
    let sum = bias[output]!;
    for (let i = 0; i < inputs; i++) sum += weights[output * inputs + i]! * input[row * inputs + i]!;
    out[index] = Math.min(Math.max(sum, range.low), range.high);
  }
}
