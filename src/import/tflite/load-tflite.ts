import { requireIntegerGraph, validateGraph } from '../../model';
import type { Graph } from '../../model';
import { openModel } from './open-model';
import { COMMON_VOCABULARY, isCommon } from './ops/common';
import { readGraph } from './read-graph';

/**
 * `importTflite` for pages: what reads ops that most files do not have is loaded for those that have them.
 *
 * @throws ModelFormatError if the file is damaged or contradicts itself; UnsupportedModelError with every reason why the
 * model cannot run as it is.
 */
export async function loadTflite(bytes: Uint8Array | ArrayBuffer): Promise<Graph> {
  const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const model = openModel(file);
  const vocabulary = isCommon(model) ? COMMON_VOCABULARY : (await import('./ops')).FULL_VOCABULARY;
  const graph = readGraph(model, file.length, vocabulary);
  validateGraph(graph);
  requireIntegerGraph(graph);
  return graph;
}
