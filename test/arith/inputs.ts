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

/** Random integers that are the same for the same seed (mulberry32). */
export class SeededRandom {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  uint32(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  /** Any magnitude is as likely as any other: an int32 shifted right by a random number of bits. */
  int32OfAnySize(): number {
    return this.int32() >> this.integer(0, 31);
  }

  /** low to high, both included. */
  integer(low: number, high: number): number {
    return low + (this.uint32() % (high - low + 1));
  }
}
