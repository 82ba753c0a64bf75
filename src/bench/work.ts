import { at } from '../errors';
import { opTensors } from '../model';
import { elementCount, evaluateShapes } from '../model/shapes';
import type { SessionSizes } from '../model/shapes';
import type { ExecutableModel } from '../runtime/executor';
import { sequenceLayout } from '../runtime/layer-sizes';
import { planCall } from '../runtime/plan/plan-call';
import type { PlannedPass } from '../runtime/plan/plan-call';
import type { PlannedDispatch } from '../runtime/plan/plan';
import { programInputs, programOutputs } from '../runtime/program-ends';

/** What a call asks of whoever computes it, however that is done. */
export interface CallWork {
  /** int8 multiply-accumulates. */
  readonly macs: number;
  /** Constants of all ops. */
  readonly weightBytes: number;
  /** Weights of LSTM layers once per timestep, other constants once, the caller's inputs and outputs as int8. */
  readonly movedBytes: number;
}

/**
 * @throws LimitError if the call does not fit into WebGPU's default limits; InputError if the model fixes other sizes.
 */
export function workOf(model: ExecutableModel, sizes: SessionSizes): CallWork {
  const { graph } = model.program;
  const shapes = evaluateShapes(model.shapes, sizes);
  const { passes } = planCall(model, { ...sizes, dot: 'packed', rows: 'plain', path: null, trace: false });
  let weightBytes = 0;
  let movedBytes = 0;
  const counted = new Set<number>();
  for (const op of graph.ops) {
    const timesteps = op.kind === 'lstm' ? sequenceLayout(op, at(shapes, op.input)).timesteps : 1;
    for (const { id } of opTensors(op).weights) {
      const bytes = at(graph.tensors, id).data?.byteLength ?? 0;
      movedBytes += bytes * timesteps;
      if (!counted.has(id)) weightBytes += bytes;
      counted.add(id);
    }
  }
  for (const { inner, innerId } of [...programInputs(model.program), ...programOutputs(model.program)]) {
    movedBytes += elementCount(at(shapes, innerId)) * (inner.dtype === 'int8' ? 1 : 4);
  }
  return { macs: macsOfCall(model, passes, sizes), weightBytes, movedBytes };
}

/** Each planned dispatch with the times that it is made. */
export function dispatchesOf({
  plan,
}: PlannedPass): { readonly dispatch: PlannedDispatch; readonly times: number }[] {
  return plan.commands.flatMap((command) => {
    const [body, times] = command.kind === 'repeat' ? [command.body, command.times] : [[command], 1];
    return body.flatMap((inner) => (inner.kind === 'dispatch' ? [{ dispatch: inner, times }] : []));
  });
}

/** int8 multiply-accumulates. A plan counts whole dispatches, which for an LSTM may reach past the last timestep. */
export function macsOfCall(
  { program, shapes }: ExecutableModel,
  passes: readonly PlannedPass[],
  sizes: SessionSizes,
): number {
  const evaluated = evaluateShapes(shapes, sizes);
  let macs = 0;
  const layers = new Set<string>();
  for (const lowered of program.ops) {
    if (lowered.kind !== 'lstm') continue;
    layers.add(lowered.op.name);
    const { batch, timesteps } = sequenceLayout(lowered.op, at(evaluated, lowered.op.input));
    for (const { gates, inputElements, units, outputElements, projection } of lowered.directions) {
      const gateCount = gates.input === null ? 3 : 4;
      const perStep = gateCount * units * (inputElements + outputElements);
      macs += batch * timesteps * (perStep + (projection === null ? 0 : units * outputElements));
    }
  }
  for (const { dispatch, times } of passes.flatMap(dispatchesOf)) {
    if (!layers.has(dispatch.op)) macs += dispatch.work * times;
  }
  return macs;
}
