import type { LstmSlots } from '../../../import/tflite/lstm-slots';
import type { LstmDirection } from '../../../model';
import { GATES } from '../../../model';
import { ABSENT } from '../written-operator';

/** Puts the tensors of one direction where the op has them; `inputs` holds ABSENT everywhere before. */
export function fillDirectionSlots(
  inputs: number[],
  slots: LstmSlots,
  { gates, projection, outputState, cellState }: LstmDirection,
): void {
  for (const name of GATES) {
    const gate = gates[name];
    if (gate === null) continue;
    const slot = slots.gates[name];
    inputs[slot.inputWeights] = gate.inputWeights;
    inputs[slot.recurrentWeights] = gate.recurrentWeights;
    inputs[slot.bias] = gate.bias ?? ABSENT;
    if (slot.layerNorm !== null) inputs[slot.layerNorm] = gate.layerNorm ?? ABSENT;
    if (slot.peephole !== null) inputs[slot.peephole] = gate.peephole ?? ABSENT;
  }
  inputs[slots.projectionWeights] = projection?.weights ?? ABSENT;
  inputs[slots.projectionBias] = projection?.bias ?? ABSENT;
  inputs[slots.outputState] = outputState;
  inputs[slots.cellState] = cellState;
}
