import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createSoftmaxOptions } from '../../../import/tflite/generated/softmax-options';
import type { SoftmaxOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';

/** SOFTMAX; version 2 is the first in int8. */
export function writeSoftmax(op: SoftmaxOp, { builder }: OperatorScope): WrittenOperator {
  return {
    operator: BuiltinOperator.SOFTMAX,
    version: 2,
    inputs: [op.input],
    outputs: [op.output],
    options: { type: BuiltinOptions.SoftmaxOptions, offset: createSoftmaxOptions(builder, op.beta) },
  };
}
