import type { LoweredOp } from '../lower/program';
import type { Graph, Op } from '../model';
import type { PlanOptions } from './plan/plan-options';
import type { PlanBuilder } from './plan/plan-builder';

/** Real scales to integers, by kind of op. */
export type Lowerings = {
  readonly [K in Op['kind']]?: (op: Extract<Op, { kind: K }>, graph: Graph) => LoweredOp;
};

/** Dispatches, by kind of kernel. */
export type Planners = {
  readonly [K in LoweredOp['kind']]?: (
    lowered: Extract<LoweredOp, { kind: K }>,
    builder: PlanBuilder,
    options: PlanOptions,
  ) => void;
};

/** What runs ops of some kinds: loaded with the models that have them. */
export interface OpFamily {
  readonly lower: Lowerings;
  readonly plan: Planners;
}
