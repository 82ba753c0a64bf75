import type { GateName, LstmDirection, LstmGateTensors, LstmOp, TensorId } from '../../../model';
import { enumName } from '../enum-name';
import { ActivationFunctionType } from '../generated/activation-function-type';
import { BuiltinOptions } from '../generated/builtin-options';
import { LSTMKernelType } from '../generated/lstmkernel-type';
import { LSTMOptions } from '../generated/lstmoptions';
import { UnidirectionalSequenceLSTMOptions } from '../generated/unidirectional-sequence-lstmoptions';
import {
  LSTM_GATE_SLOTS,
  LSTM_INPUT_SLOTS,
  LSTM_INPUTS,
  LSTM_INPUTS_BEFORE_LAYER_NORM,
  LSTM_INTERMEDIATE_SLOTS,
} from '../lstm-slots';
import type { OperatorReader } from '../operator-reader';

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

function requireTanh(
  operator: OperatorReader,
  activation: ActivationFunctionType = ActivationFunctionType.NONE,
): void {
  if (activation === ActivationFunctionType.TANH) return;
  const found = enumName(ActivationFunctionType, activation);
  operator.refuse(`its activation is ${found}; TANH is expected, train the layer with it`);
}

/** Everything that the two ops have in common. */
function readLayer(
  operator: OperatorReader,
): Pick<LstmOp, 'kind' | 'name' | 'sourceIndex' | 'input' | 'directions'> {
  operator.requireInputs(LSTM_INPUTS, LSTM_INPUTS_BEFORE_LAYER_NORM);
  operator.requireOutputs(1);
  return {
    ...operator.base('lstm'),
    input: operator.input(LSTM_INPUT_SLOTS.input, 'input'),
    directions: [
      {
        direction: 'forward',
        gates: {
          input: readInputGate(operator),
          forget: readGate(operator, 'forget'),
          cell: readGate(operator, 'cell'),
          output: readGate(operator, 'output'),
        },
        projection: readProjection(operator),
        hidden: operator.intermediate(LSTM_INTERMEDIATE_SLOTS.hidden),
        outputState: operator.input(LSTM_INPUT_SLOTS.outputState, 'output state'),
        cellState: operator.input(LSTM_INPUT_SLOTS.cellState, 'cell state'),
        output: operator.output(0),
      },
    ],
  };
}

/** Null with a coupled input-forget gate, which is all or nothing: half an input gate is a damaged layer. */
function readInputGate(operator: OperatorReader): LstmGateTensors | null {
  const { inputWeights, recurrentWeights, peephole, bias, layerNorm } = LSTM_GATE_SLOTS.input;
  const slots = [inputWeights, recurrentWeights, peephole, bias, layerNorm];
  const isThere = slots.some((slot) => slot !== null && operator.hasInput(slot));
  return isThere ? readGate(operator, 'input') : null;
}

function readGate(operator: OperatorReader, gate: GateName): LstmGateTensors {
  const slots = LSTM_GATE_SLOTS[gate];
  const required = (slot: number, role: string): TensorId => operator.input(slot, `${gate} gate ${role}`);
  const optional = (slot: number | null, role: string): TensorId | null =>
    slot === null ? null : operator.optionalInput(slot, `${gate} gate ${role}`);
  const layerNorm = optional(slots.layerNorm, 'layer-norm coefficients');
  return {
    inputWeights: required(slots.inputWeights, 'input weights'),
    recurrentWeights: required(slots.recurrentWeights, 'recurrent weights'),
    bias: optional(slots.bias, 'bias'),
    peephole: optional(slots.peephole, 'peephole weights'),
    layerNorm,
    preActivation: layerNorm === null ? null : operator.intermediate(LSTM_INTERMEDIATE_SLOTS[gate]),
  };
}

function readProjection(operator: OperatorReader): LstmDirection['projection'] {
  if (
    !operator.hasInput(LSTM_INPUT_SLOTS.projectionWeights) &&
    !operator.hasInput(LSTM_INPUT_SLOTS.projectionBias)
  ) {
    return null;
  }
  return {
    weights: operator.input(LSTM_INPUT_SLOTS.projectionWeights, 'projection weights'),
    bias: operator.optionalInput(LSTM_INPUT_SLOTS.projectionBias, 'projection bias'),
  };
}
