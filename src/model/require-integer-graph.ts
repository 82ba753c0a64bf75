import { UnsupportedModelError } from '../errors';
import type { UnsupportedReason } from '../errors';
import type { Graph } from './graph';
import { computesInFloat, floatSourceReason } from './integer/float-source';
import { floatBreaks } from './integer/float-rules';
import type { Op } from './ops';
import type { OpRules } from './rules/op-rules';

/** `requireIntegerGraph` by the rules that the graph needs. */
export function requireIntegerGraphBy(rules: OpRules, graph: Graph): void {
  const floatSource = floatSourceReason(graph);
  throwIfAny([
    ...(floatSource === null ? [] : [floatSource]),
    ...reasonsOf(graph, (op) => {
      if (!computesInFloat(op, graph)) return rules.integerBreaks(op, graph);
      return floatSource === null ? floatBreaks(op, graph) : [];
    }),
  ]);
}

/** `requireSoundIntegers` by the rules that the graph needs. */
export function requireSoundIntegersBy(rules: OpRules, graph: Graph): void {
  throwIfAny(reasonsOf(graph, (op) => (computesInFloat(op, graph) ? [] : rules.integerBreaks(op, graph))));
}

function reasonsOf(graph: Graph, breaksOf: (op: Op) => string[]): UnsupportedReason[] {
  return graph.ops.flatMap((op) => breaksOf(op).map((reason) => ({ subject: op.name, reason })));
}

function throwIfAny(reasons: readonly UnsupportedReason[]): void {
  if (reasons.length > 0) throw new UnsupportedModelError(reasons);
}
