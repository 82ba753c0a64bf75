import type { GateName, LstmGateTensors } from '../../model';

/** Inputs of LSTM and UNIDIRECTIONAL_SEQUENCE_LSTM; files from before layer norm end after the cell state. */
export const LSTM_INPUTS = 24;
export const LSTM_INPUTS_BEFORE_LAYER_NORM = 20;

/** Input slots that belong to no gate. */
export const LSTM_INPUT_SLOTS = {
  input: 0,
  projectionWeights: 16,
  projectionBias: 17,
  outputState: 18,
  cellState: 19,
} as const;

/** Input slots of one gate. */
export interface LstmGateSlots extends Record<
  Exclude<keyof LstmGateTensors, 'preActivation' | 'peephole'>,
  number
> {
  /** null for the cell gate, which has no peephole. */
  readonly peephole: number | null;
}

export const LSTM_GATE_SLOTS: Readonly<Record<GateName, LstmGateSlots>> = {
  input: { inputWeights: 1, recurrentWeights: 5, peephole: 9, bias: 12, layerNorm: 20 },
  forget: { inputWeights: 2, recurrentWeights: 6, peephole: 10, bias: 13, layerNorm: 21 },
  cell: { inputWeights: 3, recurrentWeights: 7, peephole: null, bias: 14, layerNorm: 22 },
  output: { inputWeights: 4, recurrentWeights: 8, peephole: 11, bias: 15, layerNorm: 23 },
};

/** Slots of the tensors that only carry scales: pre-activations of normalised gates, and the hidden value. */
export const LSTM_INTERMEDIATE_SLOTS: Readonly<Record<GateName | 'hidden', number>> = {
  input: 0,
  forget: 1,
  cell: 2,
  output: 3,
  hidden: 4,
};
