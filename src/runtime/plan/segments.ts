import type { ExecutableModel } from '../executor';

/** Activations that one pass may hold on the device per timestep, times timesteps. */
const MAX_SEGMENT_BYTES = 2 ** 25;

/** Bytes that a cell's stages and input accumulators take in a trace. */
const TRACE_BYTES = 64;

/** A run of timesteps that goes through the whole graph at once. */
export interface Segment {
  readonly start: number;
  readonly timesteps: number;
}

/**
 * Cuts a call into passes, so that device memory does not grow with the length of a sequence. Only where every op maps
 * timestep t to timestep t; other graphs take the call as a whole.
 */
export function segmentsOf(
  { program, shapes }: ExecutableModel,
  batch: number,
  timesteps: number,
  tracing: boolean,
): Segment[] {
  if (!shapes.timeLocal) return [{ start: 0, timesteps }];
  let bytesPerTimestep = 0;
  for (const lowered of program.ops) {
    if (lowered.kind !== 'lstm') continue;
    for (const { units, inputElements, outputElements } of lowered.directions) {
      const traced = tracing ? TRACE_BYTES * units : 0;
      bytesPerTimestep += batch * (8 * units + inputElements + outputElements + traced);
    }
  }
  const most = Math.max(1, Math.floor(MAX_SEGMENT_BYTES / Math.max(1, bytesPerTimestep)));
  const count = Math.ceil(timesteps / most);
  const length = Math.ceil(timesteps / count);
  return Array.from({ length: count }, (_, index) => ({
    start: index * length,
    timesteps: Math.min(length, timesteps - index * length),
  })).filter((segment) => segment.timesteps > 0);
}
