import { lowerSoftmax } from '../../lower/softmax';
import type { OpFamily } from '../op-family';
import { planSoftmax } from '../plan/plan-softmax';

/** Softmax. */
export const softmax: OpFamily = {
  lower: { softmax: lowerSoftmax },
  plan: {
    softmax: ({ op, parameters }, builder) => {
      planSoftmax(op, parameters, builder);
    },
  },
};
