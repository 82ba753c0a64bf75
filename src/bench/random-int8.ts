/** Reproducible int8 values for weights and inputs (xorshift32): equal seeds give equal models everywhere. */
export class RandomInt8 {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 1;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return low + ((x >>> 8) % (high - low + 1));
  }

  values(length: number): Int8Array<ArrayBuffer> {
    return Int8Array.from({ length }, () => this.integer(-127, 127));
  }
}
