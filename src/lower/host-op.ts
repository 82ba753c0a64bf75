import { UnsupportedModelError } from '../errors';
import { opTensors } from '../model';
import type { DequantizeOp, Graph, Op, QuantizeOp, TensorId } from '../model';
import { tensorOf } from './constants';

/** An op at the graph's edge that the host computes. */
export type HostOp =
  /** float32 to int8 at the graph's inputs: `quantizeValues`. */
  | { readonly kind: 'quantize'; readonly op: QuantizeOp }
  /** int8 to float32 at the graph's outputs: `dequantizeValues`. */
  | { readonly kind: 'dequantize'; readonly op: DequantizeOp };

/**
 * The host's part of an op; null if it is the device's.
 *
 * @throws UnsupportedModelError for types that nothing converts.
 */
export function hostOp(op: Op, graph: Graph): HostOp | null {
  if (op.kind === 'quantize') return quantizeOnHost(op, graph);
  if (op.kind === 'dequantize') return dequantizeOnHost(op, graph);
  return null;
}

/**
 * float32 to int8 is the host's where a model's input serves nothing else, so that a quarter of the bytes is uploaded; the
 * device's behind an island. int8 to int8 is a table.
 */
function quantizeOnHost(op: QuantizeOp, graph: Graph): HostOp | null {
  const [input, output] = [tensorOf(graph, op.input), tensorOf(graph, op.output)];
  if (input.dtype === 'int8' && output.dtype === 'int8') return null;
  if (input.dtype !== 'float32' || output.dtype !== 'int8') {
    throw unsupported(
      op,
      `it turns ${input.dtype} into ${output.dtype}; float32 or int8 into int8 is supported`,
    );
  }
  const isEnd = graph.inputs.includes(op.input) && !graph.outputs.includes(op.input);
  return isEnd && readersOf(op.input, graph) === 1 ? { kind: 'quantize', op } : null;
}

/** The host's where only the model's caller wants the real values; the device's before an island. */
function dequantizeOnHost(op: DequantizeOp, graph: Graph): HostOp | null {
  const [input, output] = [tensorOf(graph, op.input), tensorOf(graph, op.output)];
  if ((input.dtype !== 'int8' && input.dtype !== 'int16') || output.dtype !== 'float32') {
    throw unsupported(
      op,
      `it turns ${input.dtype} into ${output.dtype}; int8 or int16 into float32 is supported`,
    );
  }
  if (input.dtype === 'int16') return null;
  const isEnd = graph.outputs.includes(op.output) && readersOf(op.output, graph) === 0;
  return isEnd ? { kind: 'dequantize', op } : null;
}

/** Ops that a tensor flows into. */
function readersOf(id: TensorId, { ops }: Graph): number {
  return ops.filter((op) => opTensors(op).inputs.some((use) => use.id === id)).length;
}

function unsupported(op: Op, reason: string): UnsupportedModelError {
  return new UnsupportedModelError([{ subject: op.name, reason }]);
}
