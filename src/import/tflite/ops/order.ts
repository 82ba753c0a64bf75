import type { ReverseOp, TransposeOp } from '../../../model';
import type { OperatorReader } from '../operator-reader';
import { integers, resolveAxis } from './integer-settings';

/** TRANSPOSE */
export function readTranspose(operator: OperatorReader): TransposeOp {
  operator.requireInputs(2);
  operator.requireOutputs(1);
  return {
    ...operator.base('transpose'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    permutation: axesOf(operator, 'permutation'),
  };
}

/** REVERSE_V2 */
export function readReverse(operator: OperatorReader): ReverseOp {
  operator.requireInputs(2);
  operator.requireOutputs(1);
  return {
    ...operator.base('reverse'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    axes: [...new Set(axesOf(operator, 'axes'))],
  };
}

function axesOf(operator: OperatorReader, role: string): number[] {
  const rank = operator.inputShape(0, 'input').length;
  return integers(operator, 1, role).map((axis) => resolveAxis(operator, axis, rank));
}
