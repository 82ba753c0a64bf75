import type { Graph } from '../../model';
import { requireIntegerGraphBy } from '../../model/require-integer-graph';
import { loadRules } from '../../model/rules/load';
import { validateGraphBy } from '../../model/validate';
import { openModel } from './open-model';
import { COMMON_VOCABULARY, isCommon } from './ops/common';
import { readGraph } from './read-graph';

/**
 * `importTflite` for pages: what reads and judges ops that most files do not have is loaded for those that have them.
 *
 * @throws ModelFormatError if the file is damaged or contradicts itself; UnsupportedModelError with every reason why the
 * model cannot run as it is.
 */
export async function loadTflite(bytes: Uint8Array | ArrayBuffer): Promise<Graph> {
  const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const model = openModel(file);
  const vocabulary = isCommon(model) ? COMMON_VOCABULARY : (await import('./ops')).FULL_VOCABULARY;
  const graph = readGraph(model, file.length, vocabulary);
  const rules = await loadRules(graph);
  validateGraphBy(rules, graph);
  requireIntegerGraphBy(rules, graph);
  return graph;
}
