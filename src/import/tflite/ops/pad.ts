import { at, ModelFormatError } from '../../../errors';
import type { PadOp } from '../../../model';
import type { OperatorReader } from '../operator-reader';
import { integers } from './integer-settings';

/** PAD with the real value 0, and PADV2 with a constant. */
export function readPad(operator: OperatorReader): PadOp {
  operator.requireInputs(2, 3);
  operator.requireOutputs(1);
  const counts = integers(operator, 1, 'paddings');
  if (counts.length % 2 !== 0) {
    throw new ModelFormatError(
      `${operator.subject}: its paddings have ${counts.length} elements; two per dimension are expected`,
    );
  }
  return {
    ...operator.base('pad'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    paddings: Array.from(
      { length: counts.length / 2 },
      (_, axis) => [at(counts, 2 * axis), at(counts, 2 * axis + 1)] as const,
    ),
    value: operator.optionalInput(2, 'fill value'),
  };
}
