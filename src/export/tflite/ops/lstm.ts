import { at, UnsupportedModelError } from '../../../errors';
import { ActivationFunctionType } from '../../../import/tflite/generated/activation-function-type';
import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { LSTMKernelType } from '../../../import/tflite/generated/lstmkernel-type';
import { createLSTMOptions } from '../../../import/tflite/generated/lstmoptions';
import { createUnidirectionalSequenceLSTMOptions } from '../../../import/tflite/generated/unidirectional-sequence-lstmoptions';
import {
  LSTM_INPUT_SLOT,
  LSTM_INPUTS,
  LSTM_INTERMEDIATE_SLOTS,
  LSTM_SLOTS,
} from '../../../import/tflite/lstm-slots';
import type { LstmDirection, LstmOp } from '../../../model';
import { GATES } from '../../../model';
import type { OperatorScope, WrittenOperator, WrittenOptions } from '../written-operator';
import { ABSENT } from '../written-operator';
import { writeBidirectionalLstm } from './bidirectional-lstm';
import { fillDirectionSlots } from './lstm-direction';

/**
 * LSTM for one timestep, UNIDIRECTIONAL_SEQUENCE_LSTM for a sequence, BIDIRECTIONAL_SEQUENCE_LSTM for both directions.
 *
 * @throws UnsupportedModelError for a layer that the format has no op for.
 */
export function writeLstm(op: LstmOp, scope: OperatorScope): WrittenOperator {
  const [direction, other] = op.directions;
  if (other !== undefined) return writeBidirectionalLstm(op, scope);
  if (direction.direction !== 'forward') {
    throw new UnsupportedModelError([
      { subject: op.name, reason: 'runs over reversed time alone; write it between two reversals' },
    ]);
  }
  const inputs = new Array<number>(LSTM_INPUTS).fill(ABSENT);
  inputs[LSTM_INPUT_SLOT] = op.input;
  fillDirectionSlots(inputs, LSTM_SLOTS, direction);
  return {
    operator: op.oneStep ? BuiltinOperator.LSTM : BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM,
    version: 1,
    inputs,
    outputs: [direction.output],
    intermediates: writeIntermediates(op, direction, scope),
    options: op.oneStep ? writeStepOptions(op, scope) : writeSequenceOptions(op, scope),
  };
}

/**
 * None in a float layer. With layer norm TFLite reads the scales of all four gates, also of the input gate that a coupled
 * layer lacks, so that one gets the forget gate's; without, it reads none of them.
 */
function writeIntermediates(
  op: LstmOp,
  { gates, hidden }: LstmDirection,
  { graph, tensors }: OperatorScope,
): number[] {
  if (at(graph.tensors, op.input).dtype === 'float32') return [];
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
