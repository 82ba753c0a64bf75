import { fuseBidirectional } from '../lower/fuse-bidirectional';
import { lowerProgram } from '../lower/program';
import type { Graph, Op } from '../model';
import { analyzeShapes } from '../model/shapes';
import type { ExecutableModel } from './executor';
import { loadFamilies, lowerBy, plannersOf } from './op-families';
import type { OpFamilies } from './op-families';

/**
 * Makes an integer graph executable.
 *
 * @param families those that its ops need, or more
 * @throws ModelFormatError at the first inconsistency; UnsupportedModelError with every reason why it cannot run here.
 */
export function prepareGraph(graph: Graph, families: OpFamilies): ExecutableModel {
  return prepareFused(fuseBidirectional(graph), families);
}

/** {@link prepareGraph} with what the graph needs, which is loaded. */
export async function loadGraph(graph: Graph): Promise<ExecutableModel> {
  const [fused, families] = await Promise.all([loadFused(graph), loadFamilies(graph)]);
  return prepareFused(fused, families);
}

async function loadFused(graph: Graph): Promise<Graph> {
  if (!graph.ops.some(runsBackwards)) return graph;
  const { fuseBidirectional } = await import('../lower/fuse-bidirectional');
  return fuseBidirectional(graph);
}

/** What a bidirectional layer is put together from; without any, there is none. */
function runsBackwards(op: Op): boolean {
  return op.kind === 'reverse' || (op.kind === 'lstm' && op.directions[0].direction === 'reverse');
}

function prepareFused(graph: Graph, families: OpFamilies): ExecutableModel {
  return {
    program: lowerProgram(graph, lowerBy(families)),
    shapes: analyzeShapes(graph),
    planners: plannersOf(families),
  };
}
