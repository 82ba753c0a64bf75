import { at } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Graph } from '../graph';
import { opTensors } from '../op-tensors';
import type { DequantizeOp, FullyConnectedOp, LogisticOp, OpKind } from '../ops';
import type { TensorId } from '../tensor';
import { MASK_SCALES } from './int16-masks';

/** Why a dense layer cannot have int16 outputs, one sentence each. */
export function int16DenseBreaks(op: FullyConnectedOp, graph: Graph): string[] {
  return [
    ...scaleBreaks(graph, op.output, 'output', MASK_SCALES.logits),
    ...readerBreaks(graph, op.output, 'logistic'),
    ...(op.activation === 'none'
      ? []
      : [`its int16 output has the fused activation ${op.activation}; none is expected`]),
  ];
}

/** Why a logistic function cannot be one of int16. */
export function int16LogisticBreaks({ input, output }: LogisticOp, graph: Graph): string[] {
  return [
    ...scaleBreaks(graph, input, 'input', MASK_SCALES.logits),
    ...scaleBreaks(graph, output, 'output', MASK_SCALES.mask),
    ...readerBreaks(graph, output, 'dequantize'),
  ];
}

/** Why int16 cannot become real numbers. */
export function int16DequantizeBreaks({ input }: DequantizeOp, graph: Graph): string[] {
  return scaleBreaks(graph, input, 'input', null);
}

function scaleBreaks(graph: Graph, id: TensorId, role: string, expected: number | null): string[] {
  const { name, dtype, quantization } = at(graph.tensors, id);
  const subject = `its ${role} ${quoted(name)}`;
  if (dtype !== 'int16') return [`${subject}: ${dtype} found, int16 expected`];
  const scale = quantization?.scales[0];
  if (scale === undefined) return [`${subject}: no scale found; requantize the model`];
  if (quantization?.zeroPoints.some((zeroPoint) => zeroPoint !== 0)) {
    return [`${subject}: int16 with a zero point found, 0 expected; requantize the model`];
  }
  return expected === null || scale === expected
    ? []
    : [`${subject}: the scale ${scale} found, 2^${Math.log2(expected)} expected; requantize the model`];
}

function readerBreaks(graph: Graph, id: TensorId, kind: OpKind): string[] {
  const readers = graph.ops.filter((op) => opTensors(op).inputs.some((use) => use.id === id));
  if (!graph.outputs.includes(id) && readers.every((op) => op.kind === kind)) return [];
  return [
    `its int16 output ${quoted(at(graph.tensors, id).name)} may be read by ${kind} ops only; requantize the model`,
  ];
}
