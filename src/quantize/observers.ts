import type { Range } from './range';

/** Reduces all values seen at one site to a range. One instance per site. */
export interface RangeObserver {
  /** @param values finite; valid during the call only. */
  observe(values: Float32Array): void;
  /** The range so far; asked for once something was observed. */
  range(): Range;
}

/** A way to choose ranges. */
export interface ObserverKind {
  /** Recorded in saved ranges. */
  readonly name: string;
  create(): RangeObserver;
}

/** The recipe's default: the smallest and the largest value ever seen. */
export const minMaxObserver: ObserverKind = {
  name: 'min-max',
  create() {
    let min = Infinity;
    let max = -Infinity;
    return {
      observe(values) {
        for (const value of values) {
          if (value < min) min = value;
          if (value > max) max = value;
        }
      },
      range: () => ({ min, max }),
    };
  },
};
