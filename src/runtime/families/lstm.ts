import { lowerLstm } from '../../lower/lstm';
import type { OpFamily } from '../op-family';
import { planLstm } from '../plan/plan-lstm';

/** LSTM layers. */
export const lstm: OpFamily = {
  lower: { lstm: lowerLstm },
  plan: { lstm: planLstm },
};
