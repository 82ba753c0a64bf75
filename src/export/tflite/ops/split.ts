import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createSplitOptions } from '../../../import/tflite/generated/split-options';
import { createSplitVOptions } from '../../../import/tflite/generated/split-voptions';
import type { SplitOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { addIntegers } from './integer-settings';

/** SPLIT into equal parts, or SPLIT_V; version 2 is the first in int8. */
export function writeSplit(op: SplitOp, { builder, tensors }: OperatorScope): WrittenOperator {
  const axis = tensors.add({
    name: `${op.name}_axis`,
    shape: [],
    dtype: 'int32',
    quantization: null,
    data: Int32Array.of(op.axis),
    isVariable: false,
  });
  const parts = op.outputs.length;
  if (op.sizes === null) {
    return {
      operator: BuiltinOperator.SPLIT,
      version: 2,
      inputs: [axis, op.input],
      outputs: op.outputs,
      options: { type: BuiltinOptions.SplitOptions, offset: createSplitOptions(builder, parts) },
    };
  }
  return {
    operator: BuiltinOperator.SPLIT_V,
    version: 2,
    inputs: [op.input, addIntegers(tensors, `${op.name}_sizes`, op.sizes), axis],
    outputs: op.outputs,
    options: { type: BuiltinOptions.SplitVOptions, offset: createSplitVOptions(builder, parts) },
  };
}
