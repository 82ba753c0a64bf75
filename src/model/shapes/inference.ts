import { at, ModelFormatError } from '../../errors';
import type { Graph } from '../graph';
import type { Op } from '../ops';
import type { TensorId } from '../tensor';
import type { Dimension, SessionSizes, SessionSymbol, SymbolicShape } from './dimension';
import { symbolIn } from './dimension';

/** The op works only with the size that the file states. */
export interface PinnedSize {
  readonly pin: SessionSymbol;
  /** A sentence for the person whose session asked for another size. */
  readonly because: string;
}

/** What an op makes of its inputs' shapes. */
export interface InferredShapes {
  readonly shapes: readonly (readonly [TensorId, SymbolicShape])[];
  /** Whether output timestep t depends on input timesteps up to t alone, with nothing but LSTM state in between. */
  readonly timeLocal: boolean;
}

export type ShapeResult = InferredShapes | PinnedSize;

/** What the rules of one op may look at. */
export interface ShapeScope {
  readonly graph: Graph;
  /** @throws ModelFormatError if no earlier op makes this tensor. */
  readonly shapeOf: (id: TensorId, op: Op) => SymbolicShape;
  /** Batch and time as the file states them. */
  readonly fileSizes: SessionSizes;
  /** Whether a session may still choose its batch, so that every LSTM must keep a state row for each. */
  readonly batchIsFree: boolean;
}

/** The result of an op with one output whose timesteps stay apart. */
export function timeLocalShape(output: TensorId, shape: SymbolicShape): InferredShapes {
  return { shapes: [[output, shape]], timeLocal: true };
}

/**
 * Pins what a dimension depends on; null for a dimension that the file fixes anyway.
 *
 * @param because gives the reason, from the name of what is pinned
 */
export function pinned(value: Dimension, because: (size: SessionSymbol) => string): PinnedSize | null {
  const pin = symbolIn(value);
  return pin === null ? null : { pin, because: because(pin) };
}

/** @throws ModelFormatError if the shape has no such dimension. */
export function axisOf(op: Op, shape: SymbolicShape, axis: number): Dimension {
  if (axis >= 0 && axis < shape.length) return at(shape, axis);
  throw new ModelFormatError(`${op.name}: there is no dimension ${axis} among ${shape.length}`);
}

/**
 * The last dimension, over which an op computes rows.
 *
 * @throws ModelFormatError for a scalar.
 */
export function rowOf(op: Op, shape: SymbolicShape): Dimension {
  const last = shape.at(-1);
  if (last === undefined) throw new ModelFormatError(`${op.name}: the input is a scalar; rows are expected`);
  return last;
}
