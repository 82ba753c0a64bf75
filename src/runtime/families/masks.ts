import { lowerFullyConnectedInt16 } from '../../lower/fully-connected';
import type { OpFamily } from '../op-family';
import { planFullyConnectedInt16 } from '../plan/plan-fully-connected-int16';
import { planLogisticInt16 } from '../plan/plan-logistic-int16';

/** Masks in 16 bits: dense layers and logistic functions with int16 outputs. */
export const masks: OpFamily = {
  lower: {
    fullyConnected: lowerFullyConnectedInt16,
    logistic: (op) => ({ kind: 'logisticInt16', op }),
  },
  plan: {
    fullyConnectedInt16: ({ op, parameters }, builder) => {
      planFullyConnectedInt16(op, parameters, builder);
    },
    logisticInt16: ({ op }, builder) => {
      planLogisticInt16(op, builder);
    },
  },
};
