import { at } from '../errors';
import type { Graph, TensorId } from '../model';
import { elementCount } from '../model/shapes';
import type { LstmStepEvent, StepRange } from '../reference/lstm_sequence';
import { constantInput } from './constant-inputs';
import type { SessionState, TensorValue } from './executor';

/** What an op of the reference works on. */
export interface ReferenceContext {
  readonly graph: Graph;
  /** Row-major sizes of every tensor in this call. */
  readonly shapes: readonly (readonly number[])[];
  readonly lengths: Int32Array | null;
  /** Advanced in place. */
  readonly state: SessionState;
  readonly values: Map<TensorId, TensorValue>;
  /** Timesteps of an LSTM to run; null for all. */
  readonly steps: StepRange | null;
  readonly onStep: ((directionIndex: number, event: LstmStepEvent) => void) | null;
}

/** An int8 value that an earlier op made, or a constant. */
export function valueOf({ values, graph }: ReferenceContext, id: TensorId): Int8Array {
  const value = values.get(id) ?? constantInput(graph, id);
  if (!(value instanceof Int8Array)) throw new TypeError(`tensor ${id} has no int8 value yet`);
  return value;
}

/** A new int8 value for an op to write. */
export function makeValue({ values, shapes }: ReferenceContext, id: TensorId): Int8Array {
  const value = new Int8Array(elementCount(at(shapes, id)));
  values.set(id, value);
  return value;
}

/** The value that an op has begun to write, or a new one. */
export function madeValue(context: ReferenceContext, id: TensorId): Int8Array {
  return context.values.has(id) ? valueOf(context, id) : makeValue(context, id);
}

/** {@link valueOf} in int16. */
export function int16Of({ values }: ReferenceContext, id: TensorId): Int16Array {
  const value = values.get(id);
  if (!(value instanceof Int16Array)) throw new TypeError(`tensor ${id} has no int16 value yet`);
  return value;
}

/** {@link makeValue} in int16. */
export function makeInt16({ values, shapes }: ReferenceContext, id: TensorId): Int16Array {
  const value = new Int16Array(elementCount(at(shapes, id)));
  values.set(id, value);
  return value;
}

/** {@link valueOf} in float32. */
export function floatOf({ values, graph }: ReferenceContext, id: TensorId): Float32Array {
  const value = values.get(id) ?? constantInput(graph, id);
  if (!(value instanceof Float32Array)) throw new TypeError(`tensor ${id} has no float32 value yet`);
  return value;
}

/** {@link makeValue} in float32. */
export function makeFloat({ values, shapes }: ReferenceContext, id: TensorId): Float32Array {
  const value = new Float32Array(elementCount(at(shapes, id)));
  values.set(id, value);
  return value;
}

/** {@link madeValue} in float32. */
export function madeFloat(context: ReferenceContext, id: TensorId): Float32Array {
  return context.values.has(id) ? floatOf(context, id) : makeFloat(context, id);
}
