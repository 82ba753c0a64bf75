import type { UnsupportedReason } from '../../../errors';
import { UnsupportedModelError } from '../../../errors';
import { ActivationFunctionType } from '../../../import/tflite/generated/activation-function-type';
import { createBidirectionalSequenceLSTMOptions } from '../../../import/tflite/generated/bidirectional-sequence-lstmoptions';
import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import {
  BIDIRECTIONAL_LSTM_INPUTS,
  BIDIRECTIONAL_LSTM_SLOTS,
} from '../../../import/tflite/bidirectional-lstm-slots';
import { LSTM_INPUT_SLOT } from '../../../import/tflite/lstm-slots';
import type { LstmDirection, LstmOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { ABSENT } from '../written-operator';
import { fillDirectionSlots } from './lstm-direction';

/**
 * BIDIRECTIONAL_SEQUENCE_LSTM with separate outputs; what merges them is an op of the graph.
 *
 * @throws UnsupportedModelError for what the op has no place for: layer norm, the scale of the hidden value before a
 * projection, directions that are not one forward and one reverse.
 */
export function writeBidirectionalLstm(op: LstmOp, { builder }: OperatorScope): WrittenOperator {
  const forward = op.directions.find(({ direction }) => direction === 'forward');
  const reverse = op.directions.find(({ direction }) => direction === 'reverse');
  const reasons = op.directions.flatMap((direction) => inexpressible(op, direction));
  if (forward === undefined || reverse === undefined) {
    reasons.push({ subject: op.name, reason: 'has two equal directions; make them two layers' });
    throw new UnsupportedModelError(reasons);
  }
  if (reasons.length > 0) throw new UnsupportedModelError(reasons);
  const inputs = new Array<number>(BIDIRECTIONAL_LSTM_INPUTS).fill(ABSENT);
  inputs[LSTM_INPUT_SLOT] = op.input;
  fillDirectionSlots(inputs, BIDIRECTIONAL_LSTM_SLOTS.forward, forward);
  fillDirectionSlots(inputs, BIDIRECTIONAL_LSTM_SLOTS.reverse, reverse);
  const offset = createBidirectionalSequenceLSTMOptions(
    builder,
    ActivationFunctionType.TANH,
    op.cellClip,
    op.projectionClip,
    false,
    op.timeMajor,
    false,
  );
  return {
    operator: BuiltinOperator.BIDIRECTIONAL_SEQUENCE_LSTM,
    version: 1,
    inputs,
    outputs: [forward.output, reverse.output],
    options: { type: BuiltinOptions.BidirectionalSequenceLSTMOptions, offset },
  };
}

function inexpressible(
  { name }: LstmOp,
  { direction, gates, projection }: LstmDirection,
): UnsupportedReason[] {
  const missing = [
    ...(gates.forget.layerNorm === null ? [] : ['layer norm']),
    ...(projection === null ? [] : ["the hidden value's scale before projection"]),
  ];
  return missing.map((feature) => ({
    subject: name,
    reason: `BIDIRECTIONAL_SEQUENCE_LSTM has no place for ${feature} (${direction}); write both directions with reversals`,
  }));
}
