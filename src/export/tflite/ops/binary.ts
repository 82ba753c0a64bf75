import { createAddOptions } from '../../../import/tflite/generated/add-options';
import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createDivOptions } from '../../../import/tflite/generated/div-options';
import { createMulOptions } from '../../../import/tflite/generated/mul-options';
import { createSubOptions } from '../../../import/tflite/generated/sub-options';
import type { BinaryOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { ACTIVATIONS } from './activations';

const { AddOptions, SubOptions, MulOptions, DivOptions } = BuiltinOptions;

/** Version 2 of ADD, SUB and MUL is the first in int8. */
const WITH_ACTIVATION = {
  add: { operator: BuiltinOperator.ADD, version: 2, type: AddOptions, create: createAddOptions },
  subtract: { operator: BuiltinOperator.SUB, version: 2, type: SubOptions, create: createSubOptions },
  multiply: { operator: BuiltinOperator.MUL, version: 2, type: MulOptions, create: createMulOptions },
  divide: { operator: BuiltinOperator.DIV, version: 1, type: DivOptions, create: createDivOptions },
} as const;

const PLAIN = {
  squaredDifference: BuiltinOperator.SQUARED_DIFFERENCE,
  maximum: BuiltinOperator.MAXIMUM,
  minimum: BuiltinOperator.MINIMUM,
} as const;

/** ADD, SUB, MUL, DIV, SQUARED_DIFFERENCE, MAXIMUM, MINIMUM. */
export function writeBinary(op: BinaryOp, { builder }: OperatorScope): WrittenOperator {
  const tensors = { inputs: [op.left, op.right], outputs: [op.output] };
  if (!isWithActivation(op.operation)) return { ...tensors, operator: PLAIN[op.operation], version: 1 };
  const { operator, version, type, create } = WITH_ACTIVATION[op.operation];
  return {
    ...tensors,
    operator,
    version,
    options: { type, offset: create(builder, ACTIVATIONS[op.activation]) },
  };
}

function isWithActivation(operation: BinaryOp['operation']): operation is keyof typeof WITH_ACTIVATION {
  return operation in WITH_ACTIVATION;
}
