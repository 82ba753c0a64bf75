import { InputError } from '../../errors';
import type { Range } from '../range';
import { Extremes } from './extremes';
import type { ObserverKind } from './observer';

/**
 * Exponential moving average of each sample's smallest and largest value: one unusual sequence moves the range only by
 * its share. Depends on the order of the samples.
 *
 * @param weight share of the newest sample, above 0 and at most 1.
 * @throws InputError if the weight is outside that.
 */
export function movingAverageObserver(weight = 0.1): ObserverKind {
  if (!(weight > 0 && weight <= 1)) {
    throw new InputError(
      `moving average: the newest sample's weight is ${weight}; expected above 0 and at most 1`,
    );
  }
  return {
    name: `moving average ${weight}`,
    create() {
      let current = new Extremes();
      let average: Range | null = null;
      return {
        observe: (values) => {
          current.include(values);
        },
        endSample: () => {
          const { min, max } = current.range;
          average =
            average === null
              ? { min, max }
              : {
                  min: average.min + weight * (min - average.min),
                  max: average.max + weight * (max - average.max),
                };
          current = new Extremes();
        },
        range: () => average ?? current.range,
      };
    },
  };
}
