import type { SplitOp } from '../../../model';
import type { OperatorReader } from '../operator-reader';
import { integer, integers, resolveAxis } from './integer-settings';

/** SPLIT into equal parts: the axis comes first. */
export function readSplit(operator: OperatorReader): SplitOp {
  operator.requireInputs(2);
  return readParts(operator, { input: 1, axis: 0 }, null);
}

/** SPLIT_V into parts of given sizes. */
export function readSplitV(operator: OperatorReader): SplitOp {
  operator.requireInputs(3);
  return readParts(operator, { input: 0, axis: 2 }, integers(operator, 1, 'sizes'));
}

function readParts(
  operator: OperatorReader,
  slots: { readonly input: number; readonly axis: number },
  sizes: readonly number[] | null,
): SplitOp {
  const rank = operator.inputShape(slots.input, 'input').length;
  return {
    ...operator.base('split'),
    input: operator.input(slots.input, 'input'),
    outputs: Array.from({ length: operator.outputCount() }, (_, slot) => operator.output(slot)),
    axis: resolveAxis(operator, integer(operator, slots.axis, 'axis'), rank),
    sizes,
  };
}
