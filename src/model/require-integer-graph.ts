import { UnsupportedModelError } from '../errors';
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
  const integerOps = graph.ops.filter((op) => !computesInFloat(op, graph));
  const reasons = integerOps.flatMap((op) =>
    integerBreaks(op, graph).map((reason) => ({ subject: op.name, reason })),
  );
  if (floatSource !== null) reasons.unshift(floatSource);
  if (reasons.length > 0) throw new UnsupportedModelError(reasons);
}
