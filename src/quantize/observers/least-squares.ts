import type { Range } from '../range';
import { Histogram } from './histogram';
import type { ObserverKind } from './observer';

/** Steps of the int8 grid whose error is minimised. */
const STEPS = 255;
/** Ends of the range are tried at this many shares of the extreme values. */
const CANDIDATES = 100;
const PASSES = 2;

/**
 * The range whose int8 rounding and clipping errors together have the least mean square over the values seen. Tries each
 * end at 1 %, 2 %, ... 100 % of its extreme, in turns.
 */
export const leastSquaresObserver: ObserverKind = {
  name: 'least squares',
  create() {
    const histogram = new Histogram();
    return {
      observe: (values) => {
        histogram.include(values);
      },
      endSample: () => undefined,
      range: () => leastSquaresRange(histogram),
    };
  },
};

function leastSquaresRange(histogram: Histogram): Range {
  const bins = histogram.filledBins();
  // The grid always holds 0.
  const extremes: Range = { min: Math.min(histogram.range.min, 0), max: Math.max(histogram.range.max, 0) };
  let best = extremes;
  let bestError = squaredError(bins, best);
  const improve = (candidate: Range): void => {
    const error = squaredError(bins, candidate);
    if (error < bestError) [best, bestError] = [candidate, error];
  };
  for (let pass = 0; pass < PASSES; pass++) {
    for (let share = 1; share < CANDIDATES; share++) {
      improve({ min: best.min, max: (extremes.max * share) / CANDIDATES });
    }
    for (let share = 1; share < CANDIDATES; share++) {
      improve({ min: (extremes.min * share) / CANDIDATES, max: best.max });
    }
  }
  return best;
}

function squaredError(bins: readonly { centre: number; count: number }[], { min, max }: Range): number {
  const step = (max - min) / STEPS;
  if (!(step > 0)) return Infinity;
  let error = 0;
  for (const { centre, count } of bins) {
    const kept = Math.min(Math.max(centre, min), max);
    error += count * (centre - Math.round(kept / step) * step) ** 2;
  }
  return error;
}
