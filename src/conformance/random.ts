import { at } from '../errors';

/** Reproducible random numbers: the mulberry32 generator (Tommy Ettinger). Print the seed where a failure would need it. */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  /** The stream of one of many cases that share a seed; neighbouring cases have nothing in common. */
  static ofCase(seed: number, index: number): Random {
    const mixed = new Random(seed ^ Math.imul(index + 1, 0x9e3779b1));
    return new Random(mixed.next());
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

  /** A positive real number of [low, high) whose logarithm is uniform. */
  logReal(low: number, high: number): number {
    return low * (high / low) ** this.real();
  }

  /** True as often as `probability` says. */
  chance(probability: number): boolean {
    return this.real() < probability;
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return at(values, this.integer(0, values.length - 1));
  }

  /** A value with the frequency of its weight. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let rest = this.real() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      if (rest < weight) return value;
      rest -= weight;
    }
    return at(choices, choices.length - 1)[1];
  }

  /** Uniform int8 values with extremes more often than chance. */
  int8(length: number): Int8Array<ArrayBuffer> {
    return Int8Array.from({ length }, () =>
      this.integer(0, 9) === 0 ? this.pick([-128, 127, 0]) : this.integer(-128, 127),
    );
  }
}
