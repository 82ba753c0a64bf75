import { fuseBidirectional } from '../lower/fuse-bidirectional';
import { lowerProgram } from '../lower/program';
import type { Graph } from '../model';
import { analyzeShapes } from '../model/shapes/analyze';
import type { ExecutableModel } from './executor';
import { lowerBy, plannersOf } from './op-families';
import type { OpFamilies } from './op-families';
import { wavefronts } from './plan/wavefronts';

/**
 * Makes an integer graph executable.
 *
 * @param families those that its ops need, or more
 * @throws ModelFormatError at the first inconsistency; UnsupportedModelError with every reason why it cannot run here.
 */
export function prepareGraph(graph: Graph, families: OpFamilies): ExecutableModel {
  const fused = fuseBidirectional(graph);
  return {
    program: lowerProgram(fused, lowerBy(families)),
    shapes: analyzeShapes(fused),
    planners: plannersOf(families),
    wavefronts,
  };
}
