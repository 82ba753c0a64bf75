import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createReducerOptions } from '../../../import/tflite/generated/reducer-options';
import type { MeanOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { addIntegers } from './integer-settings';

/** MEAN; version 2 is the first in int8. */
export function writeMean(op: MeanOp, { builder, tensors }: OperatorScope): WrittenOperator {
  return {
    operator: BuiltinOperator.MEAN,
    version: 2,
    inputs: [op.input, addIntegers(tensors, `${op.name}_axes`, op.axes)],
    outputs: [op.output],
    options: { type: BuiltinOptions.ReducerOptions, offset: createReducerOptions(builder, op.keepDims) },
  };
}
