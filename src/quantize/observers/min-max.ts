import { Extremes } from './extremes';
import type { ObserverKind } from './observer';

/** The recipe's default: the smallest and the largest value ever seen. Never clips what calibration saw. */
export const minMaxObserver: ObserverKind = {
  name: 'min-max',
  create() {
    const extremes = new Extremes();
    return {
      observe: (values) => {
        extremes.include(values);
      },
      endSample: () => undefined,
      range: () => extremes.range,
    };
  },
};
