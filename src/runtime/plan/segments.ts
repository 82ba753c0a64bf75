import { rowWords } from '../../contract/packing';
import { at } from '../../errors';
import type { DType } from '../../model';
import { elementCount, evaluateShapes } from '../../model/shapes';
import type { ExecutableModel } from '../executor';

/** Bytes of tensors that one pass may hold on the device. */
export const PASS_BYTES = 2 ** 25;

/** Batch rows times timesteps of a pass: half of what 65,535 workgroups of 8 rows each cover. */
const MAX_PASS_ROWS = 2 ** 18;

/** Bytes of a cell's requantized input side. */
const INPUT_GATE_BYTES = 8;

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
  model: ExecutableModel,
  batch: number,
  timesteps: number,
  tracing: boolean,
  passBytes = PASS_BYTES,
): Segment[] {
  if (!model.shapes.timeLocal) return [{ start: 0, timesteps }];
  const most = Math.max(
    1,
    Math.min(
      Math.floor(passBytes / bytesPerTimestep(model, batch, tracing)),
      Math.floor(MAX_PASS_ROWS / batch),
    ),
  );
  const count = Math.ceil(timesteps / most);
  const length = Math.ceil(timesteps / count);
  return Array.from({ length: count }, (_, index) => ({
    start: index * length,
    timesteps: Math.min(length, timesteps - index * length),
  })).filter((segment) => segment.timesteps > 0);
}

/** What one more timestep adds to the tensors of a pass. */
function bytesPerTimestep({ program, shapes }: ExecutableModel, batch: number, tracing: boolean): number {
  const { tensors } = program.graph;
  const bytesOf = (timesteps: number): number =>
    evaluateShapes(shapes, { batch, timesteps }).reduce(
      (sum, shape, id) => sum + deviceBytes(shape, at(tensors, id).dtype),
      0,
    );
  let bytes = bytesOf(2) - bytesOf(1);
  for (const lowered of program.ops) {
    if (lowered.kind !== 'lstm') continue;
    for (const { units } of lowered.directions) {
      bytes += batch * units * (INPUT_GATE_BYTES + (tracing ? TRACE_BYTES : 0));
    }
  }
  return Math.max(1, bytes);
}

function deviceBytes(shape: readonly number[], dtype: DType): number {
  const elements = elementCount(shape);
  const rowElements = shape.at(-1) ?? 1;
  return 4 * (dtype === 'int8' ? (elements / rowElements) * rowWords(rowElements) : elements);
}
