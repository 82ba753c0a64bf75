import { lowerBinary } from '../../lower/binary';
import { lowerMean } from '../../lower/mean';
import type { OpFamily } from '../op-family';
import { planBinary } from '../plan/plan-binary';
import { planMean } from '../plan/plan-mean';

/** Integer arithmetic, element by element and over dimensions. */
export const arithmetic: OpFamily = {
  lower: { binary: lowerBinary, mean: lowerMean },
  plan: { binary: planBinary, mean: planMean },
};
