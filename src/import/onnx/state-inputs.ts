import type { GraphProto } from './generated/octogate_onnx_pb';
import { MOVED_INPUTS } from './ops';

const LSTM_STATE_SLOTS: readonly number[] = [5, 6];

/**
 * Inputs of the model from which nothing but states of LSTM nodes are filled, through ops that move elements at most.
 * Asking for their dimensions is no use of their values.
 */
export function findStateInputs({ node, input, output }: GraphProto): ReadonlySet<string> {
  const fillsState = new Set<string>();
  const hasOtherUse = new Set(output.map(({ name }) => name));
  for (const { input: inputs, output: outputs, opType } of [...node].reverse()) {
    const moved = MOVED_INPUTS.get(opType);
    const goesOn = outputs.some((name) => fillsState.has(name));
    const isHeld = outputs.some((name) => hasOtherUse.has(name));
    for (const [slot, name] of inputs.entries()) {
      if (opType === 'Shape') continue;
      const isMoved = moved === 'all' || (moved === 'first' && slot === 0);
      if (opType === 'LSTM' && LSTM_STATE_SLOTS.includes(slot)) fillsState.add(name);
      else if (isMoved && goesOn) fillsState.add(name);
      else if (!isMoved || isHeld) hasOtherUse.add(name);
      if (isMoved && isHeld) hasOtherUse.add(name);
    }
  }
  return new Set(
    input.map(({ name }) => name).filter((name) => fillsState.has(name) && !hasOtherUse.has(name)),
  );
}
