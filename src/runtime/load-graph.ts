import { lowerProgram } from '../lower/program';
import type { Graph, Op } from '../model';
import { loadRules } from '../model/rules/load';
import { analyzeShapesBy } from '../model/shapes';
import type { ExecutableModel } from './executor';
import type { Wavefronts } from './plan/wavefronts';
import { loadFamilies, lowerBy, plannersOf } from './op-families';

/** `prepareGraph` with what the graph needs, which is loaded. */
export async function loadGraph(graph: Graph): Promise<ExecutableModel> {
  const [fused, families, rules, wavefronts] = await Promise.all([
    loadFused(graph),
    loadFamilies(graph),
    loadRules(graph),
    loadWavefronts(graph),
  ]);
  return {
    program: lowerProgram(fused, lowerBy(families)),
    shapes: analyzeShapesBy(rules, fused),
    planners: plannersOf(families),
    wavefronts,
  };
}

async function loadFused(graph: Graph): Promise<Graph> {
  if (!graph.ops.some(runsBackwards)) return graph;
  const { fuseBidirectional } = await import('../lower/fuse-bidirectional');
  return fuseBidirectional(graph);
}

async function loadWavefronts({ ops }: Graph): Promise<Wavefronts | null> {
  if (!ops.some(({ kind }, index) => kind === 'lstm' && ops[index + 1]?.kind === kind)) return null;
  return (await import('./plan/wavefronts')).wavefronts;
}

/** What a bidirectional layer is put together from; without any, there is none. */
function runsBackwards(op: Op): boolean {
  return op.kind === 'reverse' || (op.kind === 'lstm' && op.directions[0].direction === 'reverse');
}
