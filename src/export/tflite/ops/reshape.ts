import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createNewShapeVector, createReshapeOptions } from '../../../import/tflite/generated/reshape-options';
import type { ReshapeOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { addIntegers } from './integer-settings';

/** RESHAPE, with its target both as an input, which TFLite prefers, and as an option, which older readers want. */
export function writeReshape(op: ReshapeOp, { builder, tensors }: OperatorScope): WrittenOperator {
  const target = addIntegers(tensors, `${op.name}_shape`, op.shape);
  const offset = createReshapeOptions(builder, createNewShapeVector(builder, [...op.shape]));
  return {
    operator: BuiltinOperator.RESHAPE,
    version: 1,
    inputs: [op.input, target],
    outputs: [op.output],
    options: { type: BuiltinOptions.ReshapeOptions, offset },
  };
}
