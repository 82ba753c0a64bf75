import { LSTM_SLOTS } from './lstm-slots';
import type { LstmGateSlots, LstmSlots } from './lstm-slots';

/** Inputs of BIDIRECTIONAL_SEQUENCE_LSTM. */
export const BIDIRECTIONAL_LSTM_INPUTS = 48;

/** Input slots of BIDIRECTIONAL_SEQUENCE_LSTM, whose forward weights stand where the unidirectional op has them. */
export const BIDIRECTIONAL_LSTM_SLOTS: Readonly<Record<'forward' | 'reverse', LstmSlots>> = {
  forward: directionSlots(0, { outputState: 35, cellState: 36 }),
  reverse: directionSlots(17, { outputState: 37, cellState: 38 }),
};

/** A second input, and its weights, of stacked bidirectional layers with cross links. */
export const AUXILIARY_SLOTS: readonly number[] = [39, 40, 41, 42, 43, 44, 45, 46, 47];

function directionSlots(shift: number, states: Pick<LstmSlots, 'outputState' | 'cellState'>): LstmSlots {
  const shifted = ({ inputWeights, recurrentWeights, peephole, bias }: LstmGateSlots): LstmGateSlots => ({
    inputWeights: inputWeights + shift,
    recurrentWeights: recurrentWeights + shift,
    peephole: peephole === null ? null : peephole + shift,
    bias: bias + shift,
    layerNorm: null,
  });
  const { gates, projectionWeights, projectionBias } = LSTM_SLOTS;
  return {
    gates: {
      input: shifted(gates.input),
      forget: shifted(gates.forget),
      cell: shifted(gates.cell),
      output: shifted(gates.output),
    },
    projectionWeights: projectionWeights + shift,
    projectionBias: projectionBias + shift,
    ...states,
  };
}
