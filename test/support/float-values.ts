import { expect } from 'vitest';
import type { LoweredFloat } from '../../src/lower/float';
import { firstBeyond, floatTolerance } from '../../src/runtime/float-tolerance';
import type { Random } from './random';

/** float32 values evenly spread over a range. */
export function reals(
  random: Random,
  length: number,
  [low, high]: readonly [number, number] = [-4, 4],
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, () => low + (high - low) * random.real());
}

/** The words of a device buffer as the float32 values that they are. */
export function floatsOf(words: Uint32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return new Float32Array(words.buffer, words.byteOffset, words.length);
}

/** Holds a kernel's result to its twin's, within the tolerance of such an op. */
export function expectWithin(
  lowered: LoweredFloat,
  { actual, expected, magnitudes = expected, terms = 1 }: Comparison,
  label: string,
): void {
  expect(actual.length).toBe(expected.length);
  const index = firstBeyond(expected, actual, magnitudes, floatTolerance(lowered, terms));
  if (index === null) return;
  expect.fail(`${label}: element ${index} is ${actual[index]}, the twin says ${expected[index]}`);
}

export interface Comparison {
  readonly actual: Float32Array;
  readonly expected: Float32Array;
  /** Sums of the magnitudes of what was added up. */
  readonly magnitudes?: Float32Array;
  /** Values in each sum. */
  readonly terms?: number;
}
