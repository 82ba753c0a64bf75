import { evaluateShapes } from '../../model/shapes';
import type { LoweredOp } from '../../lower/program';
import type { ExecutableModel } from '../executor';
import { programInputs } from '../program-ends';
import { PlanBuilder } from './plan-builder';
import type { PlanOptions } from './plan-options';
import type { GpuPlan } from './plan';

/**
 * Plans one pass of a program over a batch and a number of timesteps.
 *
 * @throws LimitError naming the buffer if something does not fit into WebGPU's default limits.
 */
export function buildPlan(model: ExecutableModel, options: PlanOptions): GpuPlan {
  const { program, shapes, planners } = model;
  const builder = new PlanBuilder(model, evaluateShapes(shapes, options), options);
  for (const { innerId } of programInputs(program)) builder.value(innerId);
  for (const lowered of program.ops) {
    if (lowered.kind === 'quantize' || lowered.kind === 'dequantize') continue;
    builder.beginOp(lowered.op.name);
    // A table's entry takes the kernels of its key, which the type of a computed key cannot say.
    const plan = planners[lowered.kind] as
      ((lowered: LoweredOp, builder: PlanBuilder, options: PlanOptions) => void) | undefined;
    if (plan === undefined) throw new TypeError(`the planner of ${lowered.kind} is not loaded`);
    plan(lowered, builder, options);
  }
  return builder.build();
}
