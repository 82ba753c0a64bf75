import { ActivationFunctionType } from '../../../import/tflite/generated/activation-function-type';
import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createConcatenationOptions } from '../../../import/tflite/generated/concatenation-options';
import type { ConcatenationOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';

/** CONCATENATION; version 2 is the first in int8. */
export function writeConcatenation(op: ConcatenationOp, { builder }: OperatorScope): WrittenOperator {
  return {
    operator: BuiltinOperator.CONCATENATION,
    version: 2,
    inputs: op.inputs,
    outputs: [op.output],
    options: {
      type: BuiltinOptions.ConcatenationOptions,
      offset: createConcatenationOptions(builder, op.axis, ActivationFunctionType.NONE),
    },
  };
}
