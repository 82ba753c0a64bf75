import type { LstmOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { LSTMKernelType } from '../generated/lstmkernel-type';
import { LSTMOptions } from '../generated/lstmoptions';
import { UnidirectionalSequenceLSTMOptions } from '../generated/unidirectional-sequence-lstmoptions';
import {
  LSTM_INPUT_SLOT,
  LSTM_INPUTS,
  LSTM_INPUTS_BEFORE_LAYER_NORM,
  LSTM_INTERMEDIATE_SLOTS,
  LSTM_SLOTS,
} from '../lstm-slots';
import type { OperatorReader } from '../operator-reader';
import { readStates, readWeights, requireTanh } from './lstm-direction';

/** LSTM: one timestep, `[batch, features]`. */
export function readLstm(operator: OperatorReader): LstmOp {
  const options = operator.options(BuiltinOptions.LSTMOptions, new LSTMOptions());
  if (options?.kernelType() === LSTMKernelType.BASIC) {
    operator.refuse('has the basic kernel; the full one (24 inputs) is expected, convert the model again');
  }
  requireTanh(operator, options?.fusedActivationFunction());
  return {
    ...readLayer(operator),
    timeMajor: false,
    oneStep: true,
    cellClip: options?.cellClip() ?? 0,
    projectionClip: options?.projClip() ?? 0,
  };
}

/** UNIDIRECTIONAL_SEQUENCE_LSTM: a sequence, batch- or time-major. */
export function readUnidirectionalSequenceLstm(operator: OperatorReader): LstmOp {
  const options = operator.options(
    BuiltinOptions.UnidirectionalSequenceLSTMOptions,
    new UnidirectionalSequenceLSTMOptions(),
  );
  if (options?.diagonalRecurrentTensors() === true) {
    operator.refuse('has diagonal recurrent weights; full matrices are expected, train the layer with them');
  }
  requireTanh(operator, options?.fusedActivationFunction());
  return {
    ...readLayer(operator),
    timeMajor: options?.timeMajor() ?? false,
    oneStep: false,
    cellClip: options?.cellClip() ?? 0,
    projectionClip: options?.projClip() ?? 0,
  };
}

/** Everything that the two ops have in common. */
function readLayer(
  operator: OperatorReader,
): Pick<LstmOp, 'kind' | 'name' | 'sourceIndex' | 'input' | 'directions'> {
  operator.requireInputs(LSTM_INPUTS, LSTM_INPUTS_BEFORE_LAYER_NORM);
  operator.requireOutputs(1);
  return {
    ...operator.base('lstm'),
    input: operator.input(LSTM_INPUT_SLOT, 'input'),
    directions: [
      {
        direction: 'forward',
        ...readWeights(operator, LSTM_SLOTS),
        hidden: operator.intermediate(LSTM_INTERMEDIATE_SLOTS.hidden),
        ...readStates(operator, LSTM_SLOTS),
        output: operator.output(0),
      },
    ],
  };
}
