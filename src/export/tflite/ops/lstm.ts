import { UnsupportedModelError } from '../../../errors';
import { ActivationFunctionType } from '../../../import/tflite/generated/activation-function-type';
import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { LSTMKernelType } from '../../../import/tflite/generated/lstmkernel-type';
import { createLSTMOptions } from '../../../import/tflite/generated/lstmoptions';
import { createUnidirectionalSequenceLSTMOptions } from '../../../import/tflite/generated/unidirectional-sequence-lstmoptions';
import {
  LSTM_GATE_SLOTS,
  LSTM_INPUT_SLOTS,
  LSTM_INPUTS,
  LSTM_INTERMEDIATE_SLOTS,
} from '../../../import/tflite/lstm-slots';
import type { LstmDirection, LstmOp } from '../../../model';
import { GATES } from '../../../model';
import type { OperatorScope, WrittenOperator, WrittenOptions } from '../written-operator';
import { ABSENT } from '../written-operator';

/**
 * LSTM for one timestep, UNIDIRECTIONAL_SEQUENCE_LSTM for a sequence.
 *
 * @throws UnsupportedModelError for a bidirectional or reversed layer.
 */
export function writeLstm(op: LstmOp, scope: OperatorScope): WrittenOperator {
  const [direction] = op.directions;
  if (op.directions.length > 1 || direction.direction !== 'forward') {
    throw new UnsupportedModelError([
      { subject: op.name, reason: 'runs over reversed time, which is not written; export a forward layer' },
    ]);
  }
  return {
    operator: op.oneStep ? BuiltinOperator.LSTM : BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM,
    version: 1,
    inputs: inputSlots(op, direction),
    outputs: [direction.output],
    intermediates: writeIntermediates(op, direction, scope),
    options: op.oneStep ? writeStepOptions(op, scope) : writeSequenceOptions(op, scope),
  };
}

function inputSlots(op: LstmOp, { gates, projection, outputState, cellState }: LstmDirection): number[] {
  const slots = new Array<number>(LSTM_INPUTS).fill(ABSENT);
  slots[LSTM_INPUT_SLOTS.input] = op.input;
  for (const name of GATES) {
    const gate = gates[name];
    if (gate === null) continue;
    const slot = LSTM_GATE_SLOTS[name];
    slots[slot.inputWeights] = gate.inputWeights;
    slots[slot.recurrentWeights] = gate.recurrentWeights;
    slots[slot.bias] = gate.bias ?? ABSENT;
    slots[slot.layerNorm] = gate.layerNorm ?? ABSENT;
    if (slot.peephole !== null) slots[slot.peephole] = gate.peephole ?? ABSENT;
  }
  slots[LSTM_INPUT_SLOTS.projectionWeights] = projection?.weights ?? ABSENT;
  slots[LSTM_INPUT_SLOTS.projectionBias] = projection?.bias ?? ABSENT;
  slots[LSTM_INPUT_SLOTS.outputState] = outputState;
  slots[LSTM_INPUT_SLOTS.cellState] = cellState;
  return slots;
}

/**
 * With layer norm TFLite reads the scales of all four gates, also of the input gate that a coupled layer lacks, so that
 * one gets the forget gate's; without, it reads none of them.
 */
function writeIntermediates(
  op: LstmOp,
  { gates, hidden }: LstmDirection,
  { tensors }: OperatorScope,
): number[] {
  const slots: number[] = [];
  for (const name of GATES) {
    const { preActivation } = gates[name] ?? gates.forget;
    slots[LSTM_INTERMEDIATE_SLOTS[name]] = tensors.addIntermediate(
      `${op.name}_${name}_pre_activation`,
      'int16',
      preActivation,
    );
  }
  slots[LSTM_INTERMEDIATE_SLOTS.hidden] = tensors.addIntermediate(`${op.name}_hidden`, 'int8', hidden);
  return slots;
}

function writeStepOptions(op: LstmOp, { builder }: OperatorScope): WrittenOptions {
  const offset = createLSTMOptions(
    builder,
    ActivationFunctionType.TANH,
    op.cellClip,
    op.projectionClip,
    LSTMKernelType.FULL,
  );
  return { type: BuiltinOptions.LSTMOptions, offset };
}

function writeSequenceOptions(op: LstmOp, { builder }: OperatorScope): WrittenOptions {
  const offset = createUnidirectionalSequenceLSTMOptions(
    builder,
    ActivationFunctionType.TANH,
    op.cellClip,
    op.projectionClip,
    op.timeMajor,
    false,
    false,
  );
  return { type: BuiltinOptions.UnidirectionalSequenceLSTMOptions, offset };
}
