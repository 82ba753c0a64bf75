import { ModelFormatError } from '../../../errors';
import type { ReshapeOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { ReshapeOptions } from '../generated/reshape-options';
import type { OperatorReader } from '../operator-reader';
import { readVector } from '../vectors';
import { optionalIntegers } from './integer-settings';

/** RESHAPE: the target shape is a constant input or, in older files, an option; the input goes first, as in TFLite. */
export function readReshape(operator: OperatorReader): ReshapeOp {
  operator.requireInputs(1, 2);
  operator.requireOutputs(1);
  return {
    ...operator.base('reshape'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    shape: optionalIntegers(operator, 1, 'target shape') ?? shapeOption(operator),
  };
}

function shapeOption(operator: OperatorReader): number[] {
  const options = operator.options(BuiltinOptions.ReshapeOptions, new ReshapeOptions());
  if (options === null || options.newShapeLength() === 0) {
    throw new ModelFormatError(`${operator.subject}: has no target shape; convert the model again`);
  }
  return readVector(options.newShapeLength(), (axis) => options.newShape(axis));
}

/** SQUEEZE and EXPAND_DIMS: dimensions of 1 go or come, and the file states the result. */
export function readRankChange(operator: OperatorReader): ReshapeOp {
  operator.requireInputs(1, 2);
  operator.requireOutputs(1);
  return {
    ...operator.base('reshape'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    shape: operator.outputTensor(0).shape,
  };
}
