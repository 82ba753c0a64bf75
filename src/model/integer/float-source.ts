import type { UnsupportedReason } from '../../errors';
import { at } from '../../errors';
import type { Graph } from '../graph';
import { opTensors } from '../op-tensors';
import type { Op } from '../ops';
import type { DType } from '../tensor';

const REMEDY = 'quantize it to integers: octogate quantize MODEL --calibrate DATA -o OUT.tflite';
/** A longer list of layers tells nobody more. */
const MOST_NAMED = 12;

/** Whether an op computes with real numbers; turning them into integers, or back, does not count. */
export function computesInFloat(op: Op, graph: Graph): boolean {
  if (op.kind === 'quantize' || op.kind === 'dequantize') return false;
  return opTensors(op).inputs.some(({ id }) => at(graph.tensors, id).dtype === 'float32');
}

function computesInIntegers(op: Op, graph: Graph): boolean {
  if (op.kind === 'quantize' || op.kind === 'dequantize') return false;
  return opTensors(op).inputs.some(({ id }) => at(graph.tensors, id).dtype === 'int8');
}

/**
 * The one thing to say of a float or hybrid model, which layers make it one, and what to do. Null for a model that is not a
 * source for the quantizer: it has no LSTM that computes with real numbers, and at least one op that does not. What then
 * computes with real numbers is an island among integers.
 */
export function floatSourceReason(graph: Graph): UnsupportedReason | null {
  const ops = graph.ops.filter((op) => computesInFloat(op, graph));
  const isPartlyInteger = graph.ops.some((op) => !ops.includes(op) && computesInIntegers(op, graph));
  if (ops.length === 0 || (isPartlyInteger && !ops.some(({ kind }) => kind === 'lstm'))) return null;
  const layers = ops.filter((op) => opTensors(op).weights.length > 0);
  const others = ops.length - layers.length;
  const findings =
    layers.length === 0
      ? `computes in float32 (${listed(ops)})`
      : findingsOf(layers, graph) +
        (others === 0 ? '' : `, with ${others} ${others === 1 ? 'op' : 'ops'} around them`);
  return { subject: 'the model', reason: `${findings}; ${REMEDY}` };
}

/** Layers, that is ops with weights, by what these are held as. */
function findingsOf(layers: readonly Op[], graph: Graph): string {
  const byWeights = new Map<DType | null, Op[]>();
  for (const layer of layers) {
    const dtype = packedWeights(layer, graph);
    const alike = byWeights.get(dtype);
    if (alike === undefined) byWeights.set(dtype, [layer]);
    else alike.push(layer);
  }
  const findings = [...byWeights].map(([dtype, alike]) =>
    dtype === null
      ? `computes in float32 (${listed(alike)})`
      : `is hybrid: float32 activations, ${dtype} weights (${listed(alike)})`,
  );
  return findings.join(' and ');
}

/** Integer type of a float layer's weights, as dynamic-range quantization leaves them; null if they are float too. */
function packedWeights(op: Op, graph: Graph): DType | null {
  const dtypes = opTensors(op).weights.map(({ id }) => at(graph.tensors, id).dtype);
  return dtypes.find((dtype) => dtype !== 'float32') ?? null;
}

function listed(ops: readonly Op[]): string {
  const names = ops.slice(0, MOST_NAMED).map(({ name }) => name);
  const rest = ops.length - names.length;
  return names.join(', ') + (rest === 0 ? '' : ` and ${rest} more`);
}
