import { multiplyByQuantizedMultiplier, saturateI16 } from '../arith';
import { GATE_SLOTS } from '../contract/lstm-layout';
import type { LstmDirectionParameters } from '../contract/lstm-parameters';
import { dot } from './input_product';
import type { LstmStages } from './lstm_stages';

/**
 * Twin of `lstm_gates.wgsl`: recurrent product of one batch row, and the sum of both sides of every gate before
 * peepholes: `sat16(input side + mbqm(R h + bias, recurrent multiplier))`. Paper section 3.2.
 *
 * @param inputGates int16 `[4, units]` from `inputProduct`
 * @param state int8 `[outputElements]`, h of the previous timestep
 */
export function lstmGates(
  { gates, units, outputElements }: LstmDirectionParameters,
  inputGates: Int16Array,
  state: Int8Array,
  { recurrentAccumulator, gateSum }: LstmStages,
): void {
  for (let slot = 0; slot < 4; slot++) {
    const gate = gates[GATE_SLOTS[slot]!];
    if (gate === null) continue;
    for (let unit = 0; unit < units; unit++) {
      const product = dot(gate.recurrentWeights, unit * outputElements, state, 0, outputElements);
      const accumulator = (product + gate.recurrentBias[unit]!) | 0;
      const index = slot * units + unit;
      recurrentAccumulator[index] = accumulator;
      gateSum[index] = saturateI16(
        inputGates[index]! + multiplyByQuantizedMultiplier(accumulator, gate.recurrentMultiplier),
      );
    }
  }
}
