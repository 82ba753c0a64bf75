import type { ExecutableModel } from '../executor';
import { buildPlan } from './build-plan';
import type { PlanOptions } from './plan-options';
import type { GpuPlan } from './plan';
import { segmentsOf } from './segments';
import type { Segment } from './segments';
import { submissions } from './submissions';

/** One pass over the graph: some timesteps of a call. */
export interface PlannedPass {
  readonly segment: Segment;
  readonly plan: GpuPlan;
  /** Dispatches of each submission, in order. */
  readonly dispatches: readonly number[];
}

/** What a call of `Session.run` does on a GPU. */
export interface PlannedCall {
  readonly passes: readonly PlannedPass[];
  readonly dispatches: number;
  /** Of several, the first copies the state, to go back to should the call fail half way. */
  readonly submissions: number;
  /** Times that results come back from the GPU: once per pass. */
  readonly readbacks: number;
}

/**
 * Plans a call as the GPU executor runs it, without a GPU.
 *
 * @throws LimitError naming the buffer or dispatch if something does not fit into WebGPU's default limits; InputError if the
 * model fixes another batch or number of timesteps.
 */
export function planCall(model: ExecutableModel, options: PlanOptions): PlannedCall {
  const { batch, timesteps, trace } = options;
  const passes = segmentsOf(model, batch, timesteps, trace).map((segment): PlannedPass => {
    const plan = buildPlan(model, { ...options, timesteps: segment.timesteps });
    const dispatches = [...submissions(plan.commands)].map(
      (submission) => submission.filter(({ kind }) => kind === 'dispatch').length,
    );
    return { segment, plan, dispatches };
  });
  const working = passes.reduce((sum, { dispatches }) => sum + dispatches.length, 0);
  return {
    passes,
    dispatches: passes.flatMap(({ dispatches }) => dispatches).reduce((sum, count) => sum + count, 0),
    submissions: working > 1 ? working + 1 : working,
    readbacks: passes.length,
  };
}
