import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createGatherOptions } from '../../../import/tflite/generated/gather-options';
import type { GatherOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';

/** GATHER; version 2 is the first in int8. */
export function writeGather(op: GatherOp, { builder }: OperatorScope): WrittenOperator {
  return {
    operator: BuiltinOperator.GATHER,
    version: 2,
    inputs: [op.input, op.indices],
    outputs: [op.output],
    options: { type: BuiltinOptions.GatherOptions, offset: createGatherOptions(builder, op.axis, 0) },
  };
}
