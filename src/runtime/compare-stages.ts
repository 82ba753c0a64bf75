import { at, MismatchError } from '../errors';
import type { MismatchLocation } from '../errors';
import { GATES } from '../model';

/**
 * One stage of an LSTM timestep: its name, the reference's values and the other backend's. With `gates` the arrays are
 * `[gates, units]`, from the gate `first` on.
 */
export type ComparedStage = readonly [
  stage: string,
  expected: ArrayLike<number>,
  actual: ArrayLike<number>,
  gates?: { readonly first: number; readonly units: number },
];

/**
 * Compares stages in the order of computation.
 *
 * @returns the number of values compared
 * @throws MismatchError at the first value that differs.
 */
export function compareStages(
  location: Pick<MismatchLocation, 'layer' | 'timestep' | 'batchRow'>,
  stages: readonly ComparedStage[],
): number {
  let compared = 0;
  for (const [stage, expected, actual, gates] of stages) {
    const index = firstDifference(expected, actual);
    if (index !== null) {
      const units = gates?.units ?? expected.length;
      const gate = gates === undefined ? '' : `${at(GATES, gates.first + Math.floor(index / units))} gate `;
      throw new MismatchError({
        ...location,
        unit: index % units,
        stage: `${gate}${stage}`,
        expected: at(expected, index),
        actual: at(actual, index),
      });
    }
    compared += expected.length;
  }
  return compared;
}

/** Index of the first element that differs, null if none does; a missing element differs from any. */
export function firstDifference(expected: ArrayLike<number>, actual: ArrayLike<number>): number | null {
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index++) {
    if (expected[index] !== actual[index]) return index;
  }
  return null;
}
