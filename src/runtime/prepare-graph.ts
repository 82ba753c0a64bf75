import { fuseBidirectional } from '../lower/fuse-bidirectional';
import { lowerProgram } from '../lower/program';
import type { Graph } from '../model';
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

/** {@link prepareGraph} with the families that the graph needs, which are loaded. */
export async function loadGraph(graph: Graph): Promise<ExecutableModel> {
  const fused = fuseBidirectional(graph);
  return prepareFused(fused, await loadFamilies(fused));
}

function prepareFused(graph: Graph, families: OpFamilies): ExecutableModel {
  return {
    program: lowerProgram(graph, lowerBy(families)),
    shapes: analyzeShapes(graph),
    planners: plannersOf(families),
  };
}
