import { lowerLookup } from '../../lower/lookup';
import type { OpFamily } from '../op-family';
import { planLookup } from '../plan/plan-lookup';

/** Functions of one int8 value, looked up. */
export const tables: OpFamily = {
  lower: {
    logistic: lowerLookup,
    tanh: lowerLookup,
    relu: lowerLookup,
    leakyRelu: lowerLookup,
    hardSwish: lowerLookup,
    quantize: lowerLookup,
  },
  plan: {
    lookup: ({ op, parameters }, builder) => {
      planLookup(op, parameters, builder);
    },
  },
};
