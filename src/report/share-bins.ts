import { at } from '../errors';
import type { Histogram } from '../quantize/observers/histogram';

/** Shares of all values in equal bins, of the float signal and of what the integers stand for. */
export interface HistogramReport {
  /** Lower edge of the first bin. */
  readonly from: number;
  /** Of each bin, in real numbers. */
  readonly binWidth: number;
  /** One per bin; each sums to 1. */
  readonly float: readonly number[];
  /** The same of what the integers stand for. */
  readonly integer: readonly number[];
}

/** As many bins as a small chart shows. */
const MOST_BINS = 64;
/** Finer steps than this many over the whole span are no steps to the eye. */
const MOST_VISIBLE_STEPS = 1024;

/**
 * Both histograms in the same bins. A bin covers whole steps of the integers where these are few, with its borders between
 * them; otherwise the integers would show a pattern that is not theirs.
 *
 * @param step of the integers; null if there are none
 */
export function shareBins(float: Histogram, integer: Histogram, step: number | null): HistogramReport {
  const min = Math.min(float.range.min, integer.range.min);
  const max = Math.max(float.range.max, integer.range.max);
  const isStepped = step !== null && (max - min) / step <= MOST_VISIBLE_STEPS;
  const unit = isStepped ? step : (max - min || 1) / MOST_BINS;
  const first = isStepped ? Math.round(min / unit) : 0;
  const units = isStepped ? Math.round(max / unit) - first + 1 : MOST_BINS;
  const binWidth = Math.ceil(units / MOST_BINS) * unit;
  const from = isStepped ? (first - 0.5) * unit : min;
  const bins = Math.max(1, Math.ceil(((units - 1e-9) * unit) / binWidth));
  return {
    from,
    binWidth,
    float: shares(float, { from, binWidth, bins }),
    integer: shares(integer, { from, binWidth, bins }),
  };
}

function shares(
  histogram: Histogram,
  { from, binWidth, bins }: { readonly from: number; readonly binWidth: number; readonly bins: number },
): number[] {
  const filled = histogram.filledBins();
  const total = filled.reduce((sum, { count }) => sum + count, 0);
  const result = new Array<number>(bins).fill(0);
  for (const { centre, count } of filled) {
    const bin = Math.min(Math.max(Math.floor((centre - from) / binWidth), 0), bins - 1);
    result[bin] = at(result, bin) + count / total;
  }
  return result;
}
