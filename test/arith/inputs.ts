import type { Random } from '../support/random';

/** Inputs on which fixed-point code goes wrong: the ends of a type, powers of two, and two steps to either side. */
function edges(bits: number): number[] {
  const limit = 2 ** (bits - 1);
  const values = new Set<number>();
  for (let exponent = 0; exponent < bits; exponent++) {
    for (let offset = -2; offset <= 2; offset++) {
      for (const value of [2 ** exponent + offset, -(2 ** exponent) + offset]) {
        if (value >= -limit && value < limit) values.add(value);
      }
    }
  }
  return [...values].sort((a, b) => a - b);
}

export const INT32_MIN = -(2 ** 31);
export const INT32_MAX = 2 ** 31 - 1;
export const INT32_EDGES: readonly number[] = edges(32);
export const INT16_EDGES: readonly number[] = edges(16);
export const EVERY_INT16: readonly number[] = Array.from({ length: 65_536 }, (_, index) => index - 32_768);

/** Any magnitude is as likely as any other: a random int32 shifted right by a random number of bits. */
export function int32OfAnySize(random: Random): number {
  return (random.next() | 0) >> random.integer(0, 31);
}

/** Every element of one list with every element (or row) of the other, as rows. */
export function pairs(left: readonly number[], right: readonly (number | readonly number[])[]): number[][] {
  return left.flatMap((a) => right.map((b) => [a, b].flat()));
}
