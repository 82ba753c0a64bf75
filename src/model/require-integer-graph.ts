import { UnsupportedModelError } from '../errors';
import type { UnsupportedReason } from '../errors';
import type { Graph } from './graph';
import { computesInFloat, floatSourceReason } from './integer/float-source';
import { floatBreaks } from './integer/float-rules';
import { integerBreaks } from './integer/op-rules';
import type { Op } from './ops';

/**
 * The one place that decides whether a valid graph can run: int8 activations and weights, int32 biases, int16 cell state,
 * all scales present, symmetric where the arithmetic needs it. Ops between float32 tensors may stand among integer ones, as
 * islands; a float or hybrid LSTM, or a graph without any integer op, is a source for the quantizer instead.
 *
 * @throws UnsupportedModelError with every reason of every op; of a source, what computes in float is one reason, which asks
 * to quantize the model.
 */
export function requireIntegerGraph(graph: Graph): void {
  const floatSource = floatSourceReason(graph);
  throwIfAny([
    ...(floatSource === null ? [] : [floatSource]),
    ...reasonsOf(graph, (op) => {
      if (!computesInFloat(op, graph)) return integerBreaks(op, graph);
      return floatSource === null ? floatBreaks(op, graph) : [];
    }),
  ]);
}

/**
 * Holds a graph's integer ops to the same rules and lets float ones be: what a file may hold, whether or not it can run
 * here.
 *
 * @throws UnsupportedModelError with every reason of every integer op.
 */
export function requireSoundIntegers(graph: Graph): void {
  throwIfAny(reasonsOf(graph, (op) => (computesInFloat(op, graph) ? [] : integerBreaks(op, graph))));
}

function reasonsOf(graph: Graph, breaksOf: (op: Op) => string[]): UnsupportedReason[] {
  return graph.ops.flatMap((op) => breaksOf(op).map((reason) => ({ subject: op.name, reason })));
}

function throwIfAny(reasons: readonly UnsupportedReason[]): void {
  if (reasons.length > 0) throw new UnsupportedModelError(reasons);
}
