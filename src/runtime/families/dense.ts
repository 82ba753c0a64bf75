import { lowerFullyConnected } from '../../lower/fully-connected';
import type { OpFamily } from '../op-family';
import { planFullyConnected } from '../plan/plan-fully-connected';

/** Dense layers. */
export const dense: OpFamily = {
  lower: { fullyConnected: lowerFullyConnected },
  plan: {
    fullyConnected: ({ op, parameters }, builder) => {
      planFullyConnected(op, parameters, builder);
    },
  },
};
