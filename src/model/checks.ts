import type { Graph } from './graph';
import { requireIntegerGraphBy, requireSoundIntegersBy } from './require-integer-graph';
import { ALL_RULES } from './rules/all';
import { validateGraphBy } from './validate';

/**
 * Proves what everything after an importer takes for granted: tensors are well-formed, ids in range, ops in execution
 * order with one producer per value, weights and states of matching shapes. Number types are not judged: float graphs
 * pass (`requireIntegerGraph` is stricter).
 *
 * @throws ModelFormatError or UnsupportedModelError naming op, role and tensor, at the first thing that is wrong.
 */
export function validateGraph(graph: Graph): void {
  validateGraphBy(ALL_RULES, graph);
}

/**
 * The one place that decides whether a valid graph can run: int8 activations and weights, int32 biases, int16 cell state,
 * all scales present, symmetric where the arithmetic needs it. Ops between float32 tensors may stand among integer ones, as
 * islands; a float or hybrid LSTM, or a graph without any integer op, is a source for the quantizer instead.
 *
 * @throws UnsupportedModelError with every reason of every op; of a source, what computes in float is one reason, which asks
 * to quantize the model.
 */
export function requireIntegerGraph(graph: Graph): void {
  requireIntegerGraphBy(ALL_RULES, graph);
}

/**
 * Holds a graph's integer ops to the same rules and lets float ones be: what a file may hold, whether or not it can run
 * here.
 *
 * @throws UnsupportedModelError with every reason of every integer op.
 */
export function requireSoundIntegers(graph: Graph): void {
  requireSoundIntegersBy(ALL_RULES, graph);
}
