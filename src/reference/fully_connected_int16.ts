import { multiplyByQuantizedMultiplier } from '../arith';
import type { DenseParameters } from '../contract/op-parameters';
import { dot } from './input_product';

/**
 * Twin of `fully_connected_int16.wgsl`: a dense layer over rows whose outputs are int16 of zero point 0. For each row x and
 * output o: `sat16(mbqm(sum_j W[o, j] x[j] + bias[o], multiplier[o]))`. TFLite has no such kernel; the arithmetic is that of
 * a gate's pre-activation.
 *
 * @param input int8 `[rows, inputs]`
 * @param out int16 `[rows, outputs]`
 */
export function fullyConnectedInt16(parameters: DenseParameters, input: Int8Array, out: Int16Array): void {
  const { inputs, outputs, weights, bias, multipliers } = parameters;
  const rows = Math.trunc(input.length / inputs);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const accumulator = (dot(weights, output * inputs, input, row * inputs, inputs) + bias[output]!) | 0;
      const value = multiplyByQuantizedMultiplier(accumulator, multipliers[output]!);
      out[row * outputs + output] = Math.min(Math.max(value, -32768), 32767);
    }
  }
}
