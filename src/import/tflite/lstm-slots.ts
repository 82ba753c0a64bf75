import type { GateName, LstmGateTensors } from '../../model';

/** Inputs of LSTM and UNIDIRECTIONAL_SEQUENCE_LSTM; files from before layer norm end after the cell state. */
export const LSTM_INPUTS = 24;
export const LSTM_INPUTS_BEFORE_LAYER_NORM = 20;

/** Slot of the layer's input, in all three ops. */
export const LSTM_INPUT_SLOT = 0;

/** Input slots of one gate; null for what it cannot have. */
export interface LstmGateSlots extends Record<
  Exclude<keyof LstmGateTensors, 'preActivation' | 'peephole' | 'layerNorm'>,
  number
> {
  /** null for the cell gate. */
  readonly peephole: number | null;
  /** null in a bidirectional layer. */
  readonly layerNorm: number | null;
}

/** Input slots of one direction of a layer. */
export interface LstmSlots {
  readonly gates: Readonly<Record<GateName, LstmGateSlots>>;
  readonly projectionWeights: number;
  readonly projectionBias: number;
  readonly outputState: number;
  readonly cellState: number;
}

/** Input slots of LSTM and UNIDIRECTIONAL_SEQUENCE_LSTM. */
export const LSTM_SLOTS: LstmSlots = {
  gates: {
    input: { inputWeights: 1, recurrentWeights: 5, peephole: 9, bias: 12, layerNorm: 20 },
    forget: { inputWeights: 2, recurrentWeights: 6, peephole: 10, bias: 13, layerNorm: 21 },
    cell: { inputWeights: 3, recurrentWeights: 7, peephole: null, bias: 14, layerNorm: 22 },
    output: { inputWeights: 4, recurrentWeights: 8, peephole: 11, bias: 15, layerNorm: 23 },
  },
  projectionWeights: 16,
  projectionBias: 17,
  outputState: 18,
  cellState: 19,
};

/** Slots of the tensors that only carry scales: pre-activations of normalised gates, and the hidden value. */
export const LSTM_INTERMEDIATE_SLOTS: Readonly<Record<GateName | 'hidden', number>> = {
  input: 0,
  forget: 1,
  cell: 2,
  output: 3,
  hidden: 4,
};
