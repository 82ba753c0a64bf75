import { at } from '../errors';
import type { Graph, TensorId } from '../model';
import type { ComputedValue } from './executor';

/** Elements of a constant that an op takes as an operand; null for a tensor that ops or the host make. */
export function constantInput(graph: Graph, id: TensorId): ComputedValue | null {
  const { data } = at(graph.tensors, id);
  return data instanceof Int8Array || data instanceof Float32Array ? data : null;
}
