import { multiplyByQuantizedMultiplier, saturateI16 } from '../arith';
import type { LstmDirectionParameters } from '../contract/lstm-parameters';
import { GATE_SLOTS } from '../contract/lstm-layout';

/**
 * Twin of `input_product.wgsl`: the input side of every gate, for any number of activation rows at once.
 *
 * For each row x and gate k: `sat16(mbqm(W_k x + bias_k, input multiplier_k))`, at the scale of the gate's
 * pre-activation. Paper section 3.2.
 *
 * @param input int8 `[rows, inputElements]`
 * @param out int16 `[rows, 4, units]`, gates i, f, c, o; the i part stays untouched with CIFG
 * @param accumulators int32 of the same shape, the sums before requantization, if they are wanted
 */
export function inputProduct(
  parameters: LstmDirectionParameters,
  input: Int8Array,
  out: Int16Array,
  accumulators: Int32Array | null = null,
): void {
  const { inputElements, units } = parameters;
  const rows = Math.trunc(input.length / inputElements);
  for (let slot = 0; slot < 4; slot++) {
    const gate = parameters.gates[GATE_SLOTS[slot]!];
    if (gate === null) continue;
    for (let row = 0; row < rows; row++) {
      for (let unit = 0; unit < units; unit++) {
        const product = dot(
          gate.inputWeights,
          unit * inputElements,
          input,
          row * inputElements,
          inputElements,
        );
        const accumulator = (product + gate.inputBias[unit]!) | 0;
        const index = (row * 4 + slot) * units + unit;
        if (accumulators !== null) accumulators[index] = accumulator;
        out[index] = saturateI16(multiplyByQuantizedMultiplier(accumulator, gate.inputMultiplier));
      }
    }
  }
}

/** int8 by int8 dot product; `|sum| <= 2^14 * length`, exact in int32 up to a length of 131,071. */
export function dot(a: Int8Array, aStart: number, b: Int8Array, bStart: number, length: number): number {
  let sum = 0;
  for (let j = 0; j < length; j++) sum = (sum + a[aStart + j]! * b[bStart + j]!) | 0;
  return sum;
}
