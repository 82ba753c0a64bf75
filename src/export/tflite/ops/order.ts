import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import {
  endReverseV2Options,
  startReverseV2Options,
} from '../../../import/tflite/generated/reverse-v2options';
import {
  endTransposeOptions,
  startTransposeOptions,
} from '../../../import/tflite/generated/transpose-options';
import type { ReverseOp, TransposeOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { addIntegers } from './integer-settings';

/** TRANSPOSE in int8: version 2, or 4 with five dimensions. */
export function writeTranspose(op: TransposeOp, { builder, tensors }: OperatorScope): WrittenOperator {
  const permutation = addIntegers(tensors, `${op.name}_permutation`, op.permutation);
  startTransposeOptions(builder);
  return {
    operator: BuiltinOperator.TRANSPOSE,
    version: op.permutation.length > 4 ? 4 : 2,
    inputs: [op.input, permutation],
    outputs: [op.output],
    options: { type: BuiltinOptions.TransposeOptions, offset: endTransposeOptions(builder) },
  };
}

/** REVERSE_V2; version 3 is the first in int8. */
export function writeReverse(op: ReverseOp, { builder, tensors }: OperatorScope): WrittenOperator {
  const axes = addIntegers(tensors, `${op.name}_axes`, op.axes);
  startReverseV2Options(builder);
  return {
    operator: BuiltinOperator.REVERSE_V2,
    version: 3,
    inputs: [op.input, axes],
    outputs: [op.output],
    options: { type: BuiltinOptions.ReverseV2Options, offset: endReverseV2Options(builder) },
  };
}
