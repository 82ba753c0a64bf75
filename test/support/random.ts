/** Reproducible random integers for tests (the mulberry32 generator). Print the seed where a failure would need it. */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  /** A u32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + (this.next() % (high - low + 1));
  }

  /** A real number of [0, 1). */
  real(): number {
    return this.next() / 2 ** 32;
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.integer(0, values.length - 1)]!;
  }

  /** Uniform int8 values with extremes more often than chance. */
  int8(length: number): Int8Array<ArrayBuffer> {
    return Int8Array.from({ length }, () =>
      this.integer(0, 9) === 0 ? this.pick([-128, 127, 0]) : this.integer(-128, 127),
    );
  }
}
