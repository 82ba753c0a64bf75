import { InvalidArgumentError, Option } from 'commander';
import { InputError } from '../../errors';
import {
  leastSquaresObserver,
  minMaxObserver,
  movingAverageObserver,
  percentileObserver,
} from '../../quantize';
import type { ObserverKind } from '../../quantize';

const DEFAULT_PERCENTILE = 99.99;

const OBSERVERS: Readonly<Record<string, (setting: number | undefined) => ObserverKind>> = {
  'min-max': () => minMaxObserver,
  'moving-average': (weight) => movingAverageObserver(weight),
  percentile: (percentile = DEFAULT_PERCENTILE) => percentileObserver(percentile),
  mse: () => leastSquaresObserver,
};
const WITH_SETTING = ['moving-average', 'percentile'];

export function observerOption(): Option {
  return new Option(
    '--observer <kind>',
    'how values become ranges: min-max, moving-average[:WEIGHT], percentile[:P] (99.99), mse (least squared error)',
  )
    .argParser(parseObserver)
    .default(minMaxObserver, 'min-max');
}

function parseObserver(text: string): ObserverKind {
  const [name = '', setting, ...rest] = text.split(':');
  const create = Object.hasOwn(OBSERVERS, name) ? OBSERVERS[name] : undefined;
  const takesSetting = WITH_SETTING.includes(name);
  if (create === undefined || rest.length > 0 || (setting !== undefined && !takesSetting)) {
    throw new InvalidArgumentError(
      `expected ${Object.keys(OBSERVERS).join(', ')}, the second and third with :NUMBER`,
    );
  }
  try {
    return create(setting === undefined ? undefined : Number(setting || NaN));
  } catch (error) {
    if (error instanceof InputError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
