import type { Graph } from '../graph';
import { COMMON_RULES, isCommon } from './common';
import type { OpRules } from './op-rules';

/** The rules that a graph needs; those that most graphs do not are loaded for the others. */
export async function loadRules(graph: Graph): Promise<OpRules> {
  return isCommon(graph) ? COMMON_RULES : (await import('./all')).ALL_RULES;
}
