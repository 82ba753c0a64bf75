import { fuseBidirectional } from '../lower/fuse-bidirectional';
import { lowerProgram } from '../lower/program';
import type { Graph } from '../model';
import { analyzeShapes } from '../model/shapes';
import type { ExecutableModel } from './executor';

/**
 * Makes an integer graph executable.
 *
 * @throws ModelFormatError at the first inconsistency; UnsupportedModelError with every reason why it cannot run here.
 */
export function prepareGraph(graph: Graph): ExecutableModel {
  const fused = fuseBidirectional(graph);
  return { program: lowerProgram(fused), shapes: analyzeShapes(fused) };
}
