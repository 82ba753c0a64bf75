import type { Range } from '../range';

/** Reduces all values seen at one site to a range. One instance per site. */
export interface RangeObserver {
  /**
   * Takes values into account.
   *
   * @param values finite; valid during the call only.
   */
  observe(values: Float32Array): void;
  /** Ends a sample: an independent sequence. Called after at least one `observe`. */
  endSample(): void;
  /** The range so far; asked for once a sample has ended. */
  range(): Range;
}

/** A way to choose ranges. */
export interface ObserverKind {
  /** Recorded in saved ranges, with its settings: `percentile 99.99`. */
  readonly name: string;
  /** A new observer, for one site. */
  create(): RangeObserver;
}
