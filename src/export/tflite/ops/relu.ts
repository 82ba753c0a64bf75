import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import {
  endHardSwishOptions,
  startHardSwishOptions,
} from '../../../import/tflite/generated/hard-swish-options';
import { createLeakyReluOptions } from '../../../import/tflite/generated/leaky-relu-options';
import type { HardSwishOp, LeakyReluOp, ReluOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';

const RELUS: Readonly<Record<ReluOp['bound'], Pick<WrittenOperator, 'operator' | 'version'>>> = {
  relu: { operator: BuiltinOperator.RELU, version: 2 },
  relu6: { operator: BuiltinOperator.RELU6, version: 2 },
  reluN1To1: { operator: BuiltinOperator.RELU_N1_TO_1, version: 1 },
};

/** RELU and RELU6, in int8 since version 2, and RELU_N1_TO_1, which has one version for all types. */
export function writeRelu(op: ReluOp): WrittenOperator {
  return { ...RELUS[op.bound], inputs: [op.input], outputs: [op.output] };
}

/** LEAKY_RELU; version 2 is the first in int8. */
export function writeLeakyRelu(op: LeakyReluOp, { builder }: OperatorScope): WrittenOperator {
  return {
    operator: BuiltinOperator.LEAKY_RELU,
    version: 2,
    inputs: [op.input],
    outputs: [op.output],
    options: { type: BuiltinOptions.LeakyReluOptions, offset: createLeakyReluOptions(builder, op.alpha) },
  };
}

/** HARD_SWISH */
export function writeHardSwish(op: HardSwishOp, { builder }: OperatorScope): WrittenOperator {
  startHardSwishOptions(builder);
  return {
    operator: BuiltinOperator.HARD_SWISH,
    version: 1,
    inputs: [op.input],
    outputs: [op.output],
    options: { type: BuiltinOptions.HardSwishOptions, offset: endHardSwishOptions(builder) },
  };
}
