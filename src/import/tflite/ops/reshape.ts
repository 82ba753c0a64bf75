import { ModelFormatError } from '../../../errors';
import type { ReshapeOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { ReshapeOptions } from '../generated/reshape-options';
import type { OperatorReader } from '../operator-reader';
import { readVector } from '../vectors';

/** RESHAPE: the target shape is a constant input or, in older files, an option; the input goes first, as in TFLite. */
export function readReshape(operator: OperatorReader): ReshapeOp {
  operator.requireInputs(1, 2);
  operator.requireOutputs(1);
  return {
    ...operator.base('reshape'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    shape: shapeInput(operator) ?? shapeOption(operator),
  };
}

function shapeInput(operator: OperatorReader): number[] | null {
  const target = operator.settings(1, 'target shape');
  if (target === null) return null;
  const { data, shape } = target;
  if (data === null) {
    return operator.refuse(
      'its target shape is computed while it runs; a constant one is expected, export the model with fixed shapes',
    );
  }
  if (shape.length !== 1 || !(data instanceof Int32Array || data instanceof BigInt64Array)) {
    throw new ModelFormatError(
      `${operator.subject}: its target shape is ${target.dtype} with ${shape.length} dimensions; ` +
        'a vector of int32 is expected, convert the model again',
    );
  }
  return Array.from<number | bigint, number>(data, Number);
}

function shapeOption(operator: OperatorReader): number[] {
  const options = operator.options(BuiltinOptions.ReshapeOptions, new ReshapeOptions());
  if (options === null || options.newShapeLength() === 0) {
    throw new ModelFormatError(`${operator.subject}: has no target shape; convert the model again`);
  }
  return readVector(options.newShapeLength(), (axis) => options.newShape(axis));
}
