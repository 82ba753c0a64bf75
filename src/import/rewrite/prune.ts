import { at } from '../../errors';
import type { Graph, Op, Tensor, TensorId } from '../../model';
import { opTensors } from '../../model';
import { mapTensors } from '../../model/map-tensors';

/** The ops that some output of the graph depends on. */
export function liveOps(graph: Pick<Graph, 'ops' | 'outputs'>): Op[] {
  const needed = new Set<TensorId>(graph.outputs);
  const live: Op[] = [];
  for (const op of [...graph.ops].reverse()) {
    const { inputs, weights, outputs } = opTensors(op);
    if (!outputs.some(({ id }) => needed.has(id))) continue;
    live.push(op);
    for (const { id } of [...inputs, ...weights]) needed.add(id);
  }
  return live.reverse();
}

/** The graph without ops that no output depends on and without tensors that nothing refers to. Inputs stay. */
export function prune(graph: Graph): Graph {
  const ops = liveOps(graph);
  const ids = new Map<TensorId, TensorId>();
  const tensors: Tensor[] = [];
  const keep = (id: TensorId): TensorId => {
    const known = ids.get(id);
    if (known !== undefined) return known;
    const kept = (tensors.push(at(graph.tensors, id)) - 1) as TensorId;
    ids.set(id, kept);
    return kept;
  };
  return {
    name: graph.name,
    inputs: graph.inputs.map(keep),
    ops: ops.map((op) => mapTensors(op, keep, keep)),
    outputs: graph.outputs.map(keep),
    tensors,
  };
}
