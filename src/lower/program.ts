import type { UnsupportedReason } from '../errors';
import { unreachable, UnsupportedModelError } from '../errors';
import { computesInFloat, opTensors } from '../model';
import type { DequantizeOp, Graph, LogisticOp, Op, QuantizeOp, TensorId } from '../model';
import type { LoweredBinary } from './binary';
import { lowerBinary } from './binary';
import { tensorOf } from './constants';
import type { LoweredConvolution } from './convolution';
import { lowerConv2d, lowerDepthwiseConv2d } from './convolution';
import type { LoweredFloat } from './float';
import { lowerFloat, lowerFloatDequantize, lowerFloatQuantize } from './float';
import type { LoweredFullyConnected, LoweredFullyConnectedInt16 } from './fully-connected';
import { lowerFullyConnected, lowerFullyConnectedInt16 } from './fully-connected';
import type { LoweredGather } from './gather';
import { lowerGather } from './gather';
import type { LoweredLookup } from './lookup';
import { lowerLookup } from './lookup';
import type { LoweredLstm } from './lstm';
import { lowerLstm } from './lstm';
import type { LoweredMean } from './mean';
import { lowerMean } from './mean';
import type { LoweredMove } from './moves';
import { lowerMove } from './moves';
import type { LoweredSoftmax } from './softmax';
import { lowerSoftmax } from './softmax';

/** An op with everything that it needs at run time. The kinds are those of the kernels, not of the file's ops. */
export type LoweredOp =
  | LoweredLstm
  | LoweredFullyConnected
  | LoweredFullyConnectedInt16
  | LoweredConvolution
  | LoweredBinary
  | LoweredMean
  | LoweredSoftmax
  | LoweredLookup
  /** The logistic function of int16 Q3.12; needs no parameters. */
  | { readonly kind: 'logisticInt16'; readonly op: LogisticOp }
  | LoweredMove
  | LoweredGather
  | LoweredFloat
  /** float32 to int8 at the graph's inputs, on the host: `quantizeValues`. */
  | { readonly kind: 'quantize'; readonly op: QuantizeOp }
  /** int8 to float32 at the graph's outputs, on the host: `dequantizeValues`. */
  | { readonly kind: 'dequantize'; readonly op: DequantizeOp };

/** A graph that can run: the same ops in the same order, in integers but for float islands. */
export interface Program {
  readonly graph: Graph;
  readonly ops: readonly LoweredOp[];
}

/**
 * Turns every op's real scales into integers; float islands keep their real numbers.
 *
 * @throws ModelFormatError at the first inconsistency; UnsupportedModelError with every reason at once.
 */
export function lowerProgram(graph: Graph): Program {
  const reasons: UnsupportedReason[] = [];
  const ops: LoweredOp[] = [];
  for (const op of graph.ops) {
    try {
      ops.push(lowerOp(op, graph));
    } catch (error) {
      if (!(error instanceof UnsupportedModelError)) throw error;
      reasons.push(...error.reasons);
    }
  }
  if (reasons.length > 0) throw new UnsupportedModelError(reasons);
  return { graph, ops };
}

function lowerOp(op: Op, graph: Graph): LoweredOp {
  if (op.kind === 'quantize') return lowerQuantize(op, graph);
  if (op.kind === 'dequantize') return lowerDequantize(op, graph);
  return computesInFloat(op, graph) ? lowerFloat(op, graph) : lowerInteger(op, graph);
}

function lowerInteger(op: Exclude<Op, QuantizeOp | DequantizeOp>, graph: Graph): LoweredOp {
  switch (op.kind) {
    case 'lstm':
      return lowerLstm(op, graph);
    case 'fullyConnected':
      return isInt16(op.output, graph) ? lowerFullyConnectedInt16(op, graph) : lowerFullyConnected(op, graph);
    case 'conv2d':
      return lowerConv2d(op, graph);
    case 'depthwiseConv2d':
      return lowerDepthwiseConv2d(op, graph);
    case 'binary':
      return lowerBinary(op, graph);
    case 'mean':
      return lowerMean(op, graph);
    case 'softmax':
      return lowerSoftmax(op, graph);
    case 'logistic':
      return isInt16(op.output, graph) ? { kind: 'logisticInt16', op } : lowerLookup(op, graph);
    case 'tanh':
    case 'relu':
    case 'leakyRelu':
    case 'hardSwish':
      return lowerLookup(op, graph);
    case 'floatUnary':
      throw unsupported(op, `${op.function} has no integer kernel`);
    case 'reshape':
    case 'concatenation':
    case 'split':
    case 'slice':
    case 'transpose':
    case 'pad':
    case 'reverse':
      return lowerMove(op, graph);
    case 'gather':
      return lowerGather(op, graph);
    default:
      return unreachable(op);
  }
}

/**
 * int8 to int8 is a table. float32 to int8 is the host's where a model's input serves nothing else, so that a quarter of the
 * bytes is uploaded; the device's behind an island.
 */
function lowerQuantize(op: QuantizeOp, graph: Graph): LoweredOp {
  const [input, output] = [tensorOf(graph, op.input), tensorOf(graph, op.output)];
  if (input.dtype === 'int8' && output.dtype === 'int8') return lowerLookup(op, graph);
  if (input.dtype !== 'float32' || output.dtype !== 'int8') {
    throw unsupported(
      op,
      `it turns ${input.dtype} into ${output.dtype}; float32 or int8 into int8 is supported`,
    );
  }
  const isEnd = graph.inputs.includes(op.input) && !graph.outputs.includes(op.input);
  return isEnd && readersOf(op.input, graph) === 1 ? { kind: 'quantize', op } : lowerFloatQuantize(op, graph);
}

/** The host's where only the model's caller wants the real values; the device's before an island. */
function lowerDequantize(op: DequantizeOp, graph: Graph): LoweredOp {
  const [input, output] = [tensorOf(graph, op.input), tensorOf(graph, op.output)];
  if ((input.dtype !== 'int8' && input.dtype !== 'int16') || output.dtype !== 'float32') {
    throw unsupported(
      op,
      `it turns ${input.dtype} into ${output.dtype}; int8 or int16 into float32 is supported`,
    );
  }
  if (input.dtype === 'int16') return lowerFloatDequantize(op, graph);
  const isEnd = graph.outputs.includes(op.output) && readersOf(op.output, graph) === 0;
  return isEnd ? { kind: 'dequantize', op } : lowerFloatDequantize(op, graph);
}

function isInt16(id: TensorId, graph: Graph): boolean {
  return tensorOf(graph, id).dtype === 'int16';
}

/** Ops that a tensor flows into. */
function readersOf(id: TensorId, { ops }: Graph): number {
  return ops.filter((op) => opTensors(op).inputs.some((use) => use.id === id)).length;
}

function unsupported(op: Op, reason: string): UnsupportedModelError {
  return new UnsupportedModelError([{ subject: op.name, reason }]);
}
