import { at } from '../errors';
import { opTensors } from '../model';
import type { Graph, TensorId } from '../model';
import { tensorSite } from '../quantize/sites';

/**
 * An integer graph that also gives every int8 activation as an output, each tensor under a name of its own: the key that a
 * float run has for a tensor of that name.
 */
export function probeGraph(graph: Graph): Graph {
  const tensors = graph.tensors.map((tensor, id) => ({
    ...tensor,
    name: tensorSite(graph, id as TensorId).key,
  }));
  const made = new Set(graph.ops.flatMap((op) => opTensors(op).outputs.map(({ id }) => id)));
  const others = [...made].filter((id) => at(tensors, id).dtype === 'int8' && !graph.outputs.includes(id));
  return { ...graph, tensors, outputs: [...graph.outputs, ...others] };
}
