export { leastSquaresObserver } from './least-squares';
export { minMaxObserver } from './min-max';
export { movingAverageObserver } from './moving-average';
export type { ObserverKind, RangeObserver } from './observer';
export { percentileObserver } from './percentile';
