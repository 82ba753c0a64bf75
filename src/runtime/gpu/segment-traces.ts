import { at } from '../../errors';
import { evaluateShapes } from '../../model/shapes';
import type { ExecutableModel, LayerTrace, RunRequest } from '../executor';
import { sequenceLayout } from '../layer-sizes';
import type { Segment } from '../plan/segments';
import { decodeTraces } from './decode-trace';

/** What a layer's kernels wrote of one segment. */
interface TracedLayer {
  readonly layer: string;
  readonly stages: Int32Array;
  readonly inputAccumulators: Int32Array;
}

/**
 * The traces of a layer's directions in one segment of a call.
 *
 * @param lengths of the call's batch rows
 */
export function segmentTraces(
  { program, shapes }: ExecutableModel,
  batch: number,
  lengths: RunRequest['lengths'],
  { start, timesteps }: Segment,
  { layer, stages, inputAccumulators }: TracedLayer,
): LayerTrace[] {
  const lowered = program.ops.find((candidate) => candidate.op.name === layer);
  if (lowered?.kind !== 'lstm') throw new TypeError(`${layer} is not an LSTM layer`);
  const sizes = evaluateShapes(shapes, { batch, timesteps });
  const layout = sequenceLayout(lowered.op, at(sizes, lowered.op.input));
  const run = {
    firstTimestep: start,
    rows: layout.batch * layout.timesteps,
    lengths: lengths?.map((length) => Math.min(Math.max(length - start, 0), timesteps)) ?? null,
  };
  return decodeTraces(lowered, layout, run, stages, inputAccumulators);
}
