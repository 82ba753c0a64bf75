import { at } from '../errors';
import type { Graph, TensorId } from '../model';

/** Elements of an int8 constant that an op takes as an operand; null for a tensor that ops or the host make. */
export function constantInput(graph: Graph, id: TensorId): Int8Array | null {
  const { data } = at(graph.tensors, id);
  return data instanceof Int8Array ? data : null;
}
