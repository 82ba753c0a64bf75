import { at } from '../../errors';
import type { Graph, Quantization, Tensor, TensorId } from '../../model';

/** What TFLite's int8 LOGISTIC makes: [0, 1) in 256 steps. */
const MASK: Quantization = { scales: [2 ** -8], zeroPoints: [-128], axis: null };
/** Q3.12 saturates beyond 8; so do these. */
const LOGITS: Quantization = { scales: [2 ** -4], zeroPoints: [0], axis: null };

/** Name of the attachment that says which ops a file has in another form than its graph. */
export const SUBSTITUTIONS_METADATA_NAME = 'octogate.substitutions';

/**
 * The graph with its 16-bit masks in 8 bits, since TFLite has no dense layer from int8 to int16: logits on the int8 grid of
 * the same range, the mask on that of TFLite's LOGISTIC.
 *
 * @returns the graph, and the names of the ops whose outputs were int16.
 */
export function replaceInt16Masks(graph: Graph): {
  readonly graph: Graph;
  readonly replaced: readonly string[];
} {
  const changed = new Map<TensorId, Quantization>();
  const replaced: string[] = [];
  for (const op of graph.ops) {
    if (op.kind !== 'fullyConnected' && op.kind !== 'logistic') continue;
    if (at(graph.tensors, op.output).dtype !== 'int16') continue;
    changed.set(op.output, op.kind === 'logistic' ? MASK : LOGITS);
    replaced.push(op.name);
  }
  const tensors = graph.tensors.map((tensor, id): Tensor => {
    const quantization = changed.get(id as TensorId);
    return quantization === undefined ? tensor : { ...tensor, dtype: 'int8', quantization };
  });
  return { graph: { ...graph, tensors }, replaced };
}

/** The attachment that names them; none where nothing was replaced. */
export function substitutionsMetadata(replaced: readonly string[]): Readonly<Record<string, Uint8Array>> {
  if (replaced.length === 0) return {};
  const substitutions = replaced.map((op) => ({ op, outputInGraph: 'int16', outputInFile: 'int8' }));
  return { [SUBSTITUTIONS_METADATA_NAME]: new TextEncoder().encode(JSON.stringify(substitutions)) };
}
