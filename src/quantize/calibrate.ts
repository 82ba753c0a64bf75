import type { Graph } from '../model';
import { minMaxObserver } from './observers';
import type { ObserverKind } from './observers';
import { observeSamples } from './observe-samples';
import type { CalibrationData, ObserveOptions } from './observe-samples';
import { SiteObservers } from './site-observers';
import type { RangeSite } from './sites';
import type { CalibrationRanges } from './range';

/** How representative data become ranges. */
export interface CalibrateOptions extends ObserveOptions {
  /** How values become ranges, everywhere or site by site; min-max unless said otherwise. */
  readonly observer?: ObserverKind | ((site: RangeSite) => ObserverKind);
}

/** Observers of every site by the caller's choice. */
export function rangeObservers(observer: CalibrateOptions['observer'] = minMaxObserver): SiteObservers {
  return new SiteObservers(typeof observer === 'function' ? observer : () => observer);
}

/**
 * Runs a float graph over representative data and reduces every activation, LSTM state and LSTM-internal value to a
 * range.
 *
 * @throws CalibrationError if there are no samples, or one has the wrong shape or makes NaN or infinity arise; names
 *   the sample, counted from 0, and the tensor.
 * @throws the signal's reason if it aborts.
 */
export async function calibrate(
  graph: Graph,
  samples: CalibrationData,
  { observer, ...options }: CalibrateOptions = {},
): Promise<CalibrationRanges> {
  const observers = rangeObservers(observer);
  const count = await observeSamples(graph, samples, [observers], options);
  return observers.calibration(count);
}
