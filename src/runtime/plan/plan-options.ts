import type { KernelPath } from './plan-builder';
import type { LstmPlanOptions } from './plan-lstm';

/** How a pass is planned. */
export interface PlanOptions extends KernelPath, LstmPlanOptions {
  readonly batch: number;
  readonly timesteps: number;
}
