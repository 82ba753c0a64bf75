import { lowerGather } from '../../lower/gather';
import { lowerMove } from '../../lower/moves';
import type { OpFamily } from '../op-family';
import { planGather } from '../plan/plan-gather';
import { planMove } from '../plan/plan-move';

/** What carries values from one place to another, in int8 and in float32. */
export const moves: OpFamily = {
  lower: {
    reshape: lowerMove,
    concatenation: lowerMove,
    split: lowerMove,
    slice: lowerMove,
    transpose: lowerMove,
    pad: lowerMove,
    reverse: lowerMove,
    gather: lowerGather,
  },
  plan: { move: planMove, gather: planGather },
};
