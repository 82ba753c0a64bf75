import { UnsupportedModelError } from '../errors';
import type { UnsupportedReason } from '../errors';
import type { Graph } from './graph';
import { computesInFloat, floatSourceReason } from './integer/float-source';
import { integerBreaks } from './integer/op-rules';

/**
 * The one place that decides whether a valid graph can run in integers: int8 activations and weights, int32 biases, int16
 * cell state, all scales present, symmetric where the arithmetic needs it.
 *
 * @throws UnsupportedModelError with every reason of every op; float and hybrid layers are one reason, which asks to
 * quantize the model.
 */
export function requireIntegerGraph(graph: Graph): void {
  const floatSource = floatSourceReason(graph);
  const reasons = integerReasons(graph);
  if (floatSource !== null) reasons.unshift(floatSource);
  if (reasons.length > 0) throw new UnsupportedModelError(reasons);
}

/**
 * Holds a graph's integer ops to the same rules and lets float ones be: what a file may hold, whether or not it can run
 * here.
 *
 * @throws UnsupportedModelError with every reason of every integer op.
 */
export function requireSoundIntegers(graph: Graph): void {
  const reasons = integerReasons(graph);
  if (reasons.length > 0) throw new UnsupportedModelError(reasons);
}

function integerReasons(graph: Graph): UnsupportedReason[] {
  return graph.ops
    .filter((op) => !computesInFloat(op, graph))
    .flatMap((op) => integerBreaks(op, graph).map((reason) => ({ subject: op.name, reason })));
}
