import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { endPadOptions, startPadOptions } from '../../../import/tflite/generated/pad-options';
import { endPadV2Options, startPadV2Options } from '../../../import/tflite/generated/pad-v2options';
import type { PadOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';

/** PAD, or PADV2 where a constant says what to fill with; version 2 is the first in int8. */
export function writePad(op: PadOp, { builder, tensors }: OperatorScope): WrittenOperator {
  const paddings = tensors.add({
    name: `${op.name}_paddings`,
    shape: [op.paddings.length, 2],
    dtype: 'int32',
    quantization: null,
    data: Int32Array.from(op.paddings.flat()),
    isVariable: false,
  });
  const common = { version: 2, outputs: [op.output] };
  if (op.value === null) {
    startPadOptions(builder);
    return {
      ...common,
      operator: BuiltinOperator.PAD,
      inputs: [op.input, paddings],
      options: { type: BuiltinOptions.PadOptions, offset: endPadOptions(builder) },
    };
  }
  startPadV2Options(builder);
  return {
    ...common,
    operator: BuiltinOperator.PADV2,
    inputs: [op.input, paddings, op.value],
    options: { type: BuiltinOptions.PadV2Options, offset: endPadV2Options(builder) },
  };
}
