import { at } from '../errors';
import type { Answer } from './leg';

/** Where two answers part: the first differing value. */
export interface Difference {
  /** `output 1`, for the second call, or the state of a layer: `lstm_0 cell state`. */
  readonly tensor: string;
  /** Row-major position in it. */
  readonly index: number;
  readonly expected: number;
  readonly actual: number;
}

export interface Comparison {
  /** Values compared: every unit of every timestep and batch row of every call, and the states behind them. */
  readonly values: number;
  readonly differing: number;
  readonly first: Difference | null;
}

/**
 * Compares two answers value by value. States are compared where both have them.
 *
 * @throws RangeError if the answers do not have the same sizes.
 */
export function compareAnswers(expected: Answer, actual: Answer): Comparison {
  const [left, right] = [tensorsOf(expected, actual), tensorsOf(actual, expected)];
  if (left.length !== right.length) {
    throw new RangeError(`${right.length} tensors answered where ${left.length} are expected`);
  }
  let values = 0;
  let differing = 0;
  let first: Difference | null = null;
  for (const [place, { tensor, elements }] of left.entries()) {
    const answered = at(right, place).elements;
    if (answered.length !== elements.length) {
      throw new RangeError(
        `${tensor}: ${answered.length} values answered where ${elements.length} are expected`,
      );
    }
    values += elements.length;
    for (let index = 0; index < elements.length; index++) {
      const [want, got] = [at(elements, index), at(answered, index)];
      if (want === got) continue;
      differing += 1;
      first ??= { tensor, index, expected: want, actual: got };
    }
  }
  return { values, differing, first };
}

interface NamedValues {
  readonly tensor: string;
  readonly elements: Int8Array | Int16Array;
}

function tensorsOf({ outputs, state }: Answer, other: Answer): NamedValues[] {
  const layers = state === null || other.state === null ? [] : state.layers;
  return [
    ...outputs.map((elements, call) => ({ tensor: `output ${call}`, elements })),
    ...layers.flatMap(({ layer, hidden, cell }) => [
      { tensor: `${layer} output state`, elements: hidden },
      { tensor: `${layer} cell state`, elements: cell },
    ]),
  ];
}
