import { at } from '../../errors';
import { firstDifference } from '../../runtime/compare-stages';
import type { CallOutput } from '../../data';

/** The first value of an output that is not what it must be. */
export interface OutputDifference {
  /** Position along each dimension of the output, in the model's order. */
  readonly index: readonly number[];
  /** What each dimension is: `batch`, `time`, `feature`. */
  readonly dimensions: readonly string[];
  readonly expected: number;
  readonly actual: number;
  /** Values of this output in this call that differ, and all of them. */
  readonly differing: number;
  readonly compared: number;
}

/**
 * Compares exactly.
 *
 * @param expected as many values as the output has
 */
export function compareOutput(
  { end, shape, data }: CallOutput,
  expected: CallOutput['data'],
): OutputDifference | null {
  const first = firstDifference(expected, data);
  if (first === null) return null;
  let differing = 0;
  for (const [position, value] of expected.entries()) if (value !== data[position]) differing += 1;
  return {
    index: unravel(first, shape),
    dimensions: shape.map((_, axis) => dimensionName(end.shape, axis)),
    expected: at(expected, first),
    actual: at(data, first),
    differing,
    compared: expected.length,
  };
}

/** Position along each dimension of an element of a row-major array. */
function unravel(element: number, shape: readonly number[]): number[] {
  let rest = element;
  return shape
    .map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
    .map((stride) => {
      const position = Math.floor(rest / stride);
      rest %= stride;
      return position;
    });
}

function dimensionName(shape: CallOutput['end']['shape'], axis: number): string {
  const [factor, ...others] = shape[axis] ?? [];
  if (typeof factor === 'string' && others.length === 0) return factor;
  return axis === shape.length - 1 ? 'feature' : `dimension ${axis}`;
}
