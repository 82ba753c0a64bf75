import { InputError } from '../../errors';
import { Histogram } from './histogram';
import type { ObserverKind } from './observer';

/**
 * Leaves the rarest values out of the range, to be clipped: a finer step for the rest.
 *
 * @param percentile share of values, in percent, that the upper end covers, and likewise the lower: 99.99 clips one value
 *   in 10,000 at either end. Above 50 and at most 100.
 * @throws InputError if the percentile is outside that.
 */
export function percentileObserver(percentile: number): ObserverKind {
  if (!(percentile > 50 && percentile <= 100)) {
    throw new InputError(`percentile: got ${percentile}; expected above 50 and at most 100`);
  }
  const share = percentile / 100;
  return {
    name: `percentile ${percentile}`,
    create() {
      const histogram = new Histogram();
      return {
        observe: (values) => {
          histogram.include(values);
        },
        endSample: () => undefined,
        range: () => ({ min: histogram.quantile(1 - share), max: histogram.quantile(share) }),
      };
    },
  };
}
