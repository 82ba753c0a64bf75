import { at } from '../errors';

/** Of repeated timings of the same work, in milliseconds. */
export interface Timing {
  /** Number of timings. */
  readonly repeats: number;
  /** Shortest. */
  readonly minMs: number;
  /** Half of the timings are no longer than this. */
  readonly medianMs: number;
  /** 95 of 100 are no longer than this. */
  readonly p95Ms: number;
  /** All of them, as they came, for comparisons with other runs. */
  readonly samplesMs: readonly number[];
}

/** @throws RangeError for no timings. */
export function summarize(milliseconds: readonly number[]): Timing {
  const sorted = milliseconds.toSorted((left, right) => left - right);
  return {
    repeats: sorted.length,
    minMs: at(sorted, 0),
    medianMs: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    samplesMs: milliseconds,
  };
}

/** The smallest value that at least this share of the values does not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return at(sorted, Math.max(0, Math.ceil(share * sorted.length) - 1));
}

/** Calls shorter than this are timed several at a time, so that the clock's resolution does not count. */
const SHORT_CALL_MS = 3;
const MAX_CALLS_PER_TURN = 16;

/** Calls that are timed as one, given how long one takes. */
export function callsPerTurn(callMs: number): number {
  return Math.min(MAX_CALLS_PER_TURN, Math.max(1, Math.ceil(SHORT_CALL_MS / callMs)));
}
