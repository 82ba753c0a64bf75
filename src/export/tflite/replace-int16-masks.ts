import { at } from '../../errors';
import { SUBSTITUTIONS_METADATA_NAME } from '../../import/tflite/int16-mask-attachment';
import { MASK_STAND_INS } from '../../import/tflite/int16-masks';
import type { Graph, Quantization, Tensor, TensorId } from '../../model';

/** An op whose output is int16 in the graph and int8 in the file. */
interface Substitution {
  /** Position in the file. */
  readonly operator: number;
  readonly op: string;
  readonly outputInGraph: 'int16';
  readonly outputInFile: 'int8';
}

/**
 * The graph with its 16-bit masks in 8 bits, since TFLite has no dense layer from int8 to int16: logits on the int8 grid of
 * the same range, the mask on that of TFLite's LOGISTIC.
 *
 * @param graph as it will be written, op by op.
 * @returns the graph, and the attachment that names the ops; none where nothing was replaced.
 */
export function replaceInt16Masks(graph: Graph): {
  readonly graph: Graph;
  readonly metadata: Readonly<Record<string, Uint8Array>>;
} {
  const changed = new Map<TensorId, Quantization>();
  const substitutions: Substitution[] = [];
  for (const [operator, op] of graph.ops.entries()) {
    if (op.kind !== 'fullyConnected' && op.kind !== 'logistic') continue;
    if (at(graph.tensors, op.output).dtype !== 'int16') continue;
    changed.set(op.output, MASK_STAND_INS[op.kind]);
    substitutions.push({ operator, op: op.name, outputInGraph: 'int16', outputInFile: 'int8' });
  }
  if (substitutions.length === 0) return { graph, metadata: {} };
  const tensors = graph.tensors.map((tensor, id): Tensor => {
    const quantization = changed.get(id as TensorId);
    return quantization === undefined ? tensor : { ...tensor, dtype: 'int8', quantization };
  });
  const text = JSON.stringify(substitutions);
  return {
    graph: { ...graph, tensors },
    metadata: { [SUBSTITUTIONS_METADATA_NAME]: new TextEncoder().encode(text) },
  };
}
