import { createAddOptions } from '../../../import/tflite/generated/add-options';
import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createMulOptions } from '../../../import/tflite/generated/mul-options';
import { createSubOptions } from '../../../import/tflite/generated/sub-options';
import type { BinaryOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { ACTIVATIONS } from './activations';

const FORMS = {
  add: { operator: BuiltinOperator.ADD, type: BuiltinOptions.AddOptions, create: createAddOptions },
  subtract: { operator: BuiltinOperator.SUB, type: BuiltinOptions.SubOptions, create: createSubOptions },
  multiply: { operator: BuiltinOperator.MUL, type: BuiltinOptions.MulOptions, create: createMulOptions },
} as const;

/** ADD, SUB, MUL; version 2 is the first in int8. */
export function writeBinary(op: BinaryOp, { builder }: OperatorScope): WrittenOperator {
  const { operator, type, create } = FORMS[op.operation];
  return {
    operator,
    version: 2,
    inputs: [op.left, op.right],
    outputs: [op.output],
    options: { type, offset: create(builder, ACTIVATIONS[op.activation]) },
  };
}
