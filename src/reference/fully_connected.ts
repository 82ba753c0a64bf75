import { multiplyByQuantizedMultiplier } from '../arith';
import type { FullyConnectedParameters } from '../contract/op-parameters';
import { dot } from './input_product';

/**
 * Twin of `fully_connected.wgsl`: a dense layer over rows. For each row x and output o:
 * `clamp(mbqm(sum_j W[o, j] x[j] + bias[o], multiplier[o]) + output zero point)`.
 *
 * TFLite `kernels/internal/reference/integer_ops/fully_connected.h`, with the input's zero point folded into the bias. An
 * effective scale above 1 can push the sum with the zero point out of int32; it wraps, here as in the shader.
 *
 * @param input int8 `[rows, inputs]`
 * @param out int8 `[rows, outputs]`
 */
export function fullyConnected(parameters: FullyConnectedParameters, input: Int8Array, out: Int8Array): void {
  const { inputs, outputs, weights, bias, multipliers, outputZeroPoint, outputRange } = parameters;
  const rows = Math.trunc(input.length / inputs);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const accumulator = (dot(weights, output * inputs, input, row * inputs, inputs) + bias[output]!) | 0;
      const value = (multiplyByQuantizedMultiplier(accumulator, multipliers[output]!) + outputZeroPoint) | 0;
      out[row * outputs + output] = Math.min(Math.max(value, outputRange.min), outputRange.max);
    }
  }
}
