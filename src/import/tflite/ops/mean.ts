import type { MeanOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { ReducerOptions } from '../generated/reducer-options';
import type { OperatorReader } from '../operator-reader';
import { integers, resolveAxis } from './integer-settings';

/** MEAN over some axes, each of which counts once. */
export function readMean(operator: OperatorReader): MeanOp {
  operator.requireInputs(2);
  operator.requireOutputs(1);
  const options = operator.options(BuiltinOptions.ReducerOptions, new ReducerOptions());
  const rank = operator.inputShape(0, 'input').length;
  const axes = integers(operator, 1, 'axes').map((axis) => resolveAxis(operator, axis, rank));
  return {
    ...operator.base('mean'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    axes: [...new Set(axes)].sort((a, b) => a - b),
    keepDims: options?.keepDims() ?? false,
  };
}
