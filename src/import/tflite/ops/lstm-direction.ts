import type { GateName, LstmDirection, LstmGateTensors, Quantization, TensorId } from '../../../model';
import { enumName } from '../../enum-name';
import { ActivationFunctionType } from '../generated/activation-function-type';
import type { LstmGateSlots, LstmSlots } from '../lstm-slots';
import { LSTM_INTERMEDIATE_SLOTS } from '../lstm-slots';
import type { OperatorReader } from '../operator-reader';

/** @throws UnsupportedModelError for a layer whose cell gate and cell state go through anything but tanh. */
export function requireTanh(
  operator: OperatorReader,
  activation: ActivationFunctionType = ActivationFunctionType.NONE,
): void {
  if (activation === ActivationFunctionType.TANH) return;
  const found = enumName(ActivationFunctionType, activation);
  operator.refuse(`its activation is ${found}; TANH is expected, train the layer with it`);
}

/**
 * Weights, biases and projection of one direction.
 *
 * @param prefix goes before the roles in messages: `reverse `
 */
export function readWeights(
  operator: OperatorReader,
  slots: LstmSlots,
  prefix = '',
): Pick<LstmDirection, 'gates' | 'projection'> {
  const gate = (name: GateName): LstmGateTensors =>
    readGate(operator, name, slots.gates[name], `${prefix}${name} gate`);
  return {
    gates: {
      input: hasInputGate(operator, slots.gates.input) ? gate('input') : null,
      forget: gate('forget'),
      cell: gate('cell'),
      output: gate('output'),
    },
    projection: readProjection(operator, slots, prefix),
  };
}

/** The tensors that carry over from call to call. */
export function readStates(
  operator: OperatorReader,
  { outputState, cellState }: LstmSlots,
  prefix = '',
): Pick<LstmDirection, 'outputState' | 'cellState'> {
  return {
    outputState: operator.input(outputState, `${prefix}output state`),
    cellState: operator.input(cellState, `${prefix}cell state`),
  };
}

/** A coupled input-forget gate is all or nothing: half an input gate is a damaged layer. */
function hasInputGate(
  operator: OperatorReader,
  { inputWeights, recurrentWeights, peephole, bias, layerNorm }: LstmGateSlots,
): boolean {
  const slots = [inputWeights, recurrentWeights, peephole, bias, layerNorm];
  return slots.some((slot) => slot !== null && operator.hasInput(slot));
}

function readGate(
  operator: OperatorReader,
  name: GateName,
  slots: LstmGateSlots,
  subject: string,
): LstmGateTensors {
  const required = (slot: number, role: string): TensorId => operator.input(slot, `${subject} ${role}`);
  const optional = (slot: number | null, role: string): TensorId | null =>
    slot === null ? null : operator.optionalInput(slot, `${subject} ${role}`);
  const layerNorm = optional(slots.layerNorm, 'layer-norm coefficients');
  return {
    inputWeights: required(slots.inputWeights, 'input weights'),
    recurrentWeights: required(slots.recurrentWeights, 'recurrent weights'),
    bias: optional(slots.bias, 'bias'),
    peephole: optional(slots.peephole, 'peephole weights'),
    layerNorm,
    preActivation: preActivationOf(operator, name, layerNorm),
  };
}

function preActivationOf(
  operator: OperatorReader,
  name: GateName,
  layerNorm: TensorId | null,
): Quantization | null {
  return layerNorm === null ? null : operator.intermediate(LSTM_INTERMEDIATE_SLOTS[name]);
}

function readProjection(
  operator: OperatorReader,
  { projectionWeights, projectionBias }: LstmSlots,
  prefix: string,
): LstmDirection['projection'] {
  if (!operator.hasInput(projectionWeights) && !operator.hasInput(projectionBias)) return null;
  return {
    weights: operator.input(projectionWeights, `${prefix}projection weights`),
    bias: operator.optionalInput(projectionBias, `${prefix}projection bias`),
  };
}
