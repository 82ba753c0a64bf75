import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createFullyConnectedOptions } from '../../../import/tflite/generated/fully-connected-options';
import { FullyConnectedOptionsWeightsFormat } from '../../../import/tflite/generated/fully-connected-options-weights-format';
import type { FullyConnectedOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { ABSENT } from '../written-operator';
import { ACTIVATIONS } from './activations';

/** FULLY_CONNECTED; keeping the dimensions came with version 5. */
export function writeFullyConnected(op: FullyConnectedOp, { builder }: OperatorScope): WrittenOperator {
  const offset = createFullyConnectedOptions(
    builder,
    ACTIVATIONS[op.activation],
    FullyConnectedOptionsWeightsFormat.DEFAULT,
    op.keepDims,
  );
  return {
    operator: BuiltinOperator.FULLY_CONNECTED,
    version: op.keepDims ? 5 : 4,
    inputs: [op.input, op.weights, op.bias ?? ABSENT],
    outputs: [op.output],
    options: { type: BuiltinOptions.FullyConnectedOptions, offset },
  };
}
