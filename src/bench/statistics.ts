import { at } from '../errors';

/** Of repeated timings of the same work, in milliseconds. */
export interface Timing {
  readonly repeats: number;
  readonly minMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** @throws RangeError for no timings. */
export function summarize(milliseconds: readonly number[]): Timing {
  const sorted = milliseconds.toSorted((left, right) => left - right);
  return {
    repeats: sorted.length,
    minMs: at(sorted, 0),
    medianMs: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
  };
}

/** The smallest value that at least this share of the values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return at(sorted, Math.max(0, Math.ceil(share * sorted.length) - 1));
}
