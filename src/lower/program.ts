import type { UnsupportedReason } from '../errors';
import { unreachable, UnsupportedModelError } from '../errors';
import type { DequantizeOp, Graph, Op, QuantizeOp } from '../model';
import type { LoweredBinary } from './binary';
import { lowerBinary } from './binary';
import { tensorOf } from './constants';
import type { LoweredConvolution } from './convolution';
import { lowerConv2d, lowerDepthwiseConv2d } from './convolution';
import type { LoweredFullyConnected } from './fully-connected';
import { lowerFullyConnected } from './fully-connected';
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
  | LoweredConvolution
  | LoweredBinary
  | LoweredMean
  | LoweredSoftmax
  | LoweredLookup
  | LoweredMove
  | LoweredGather
  /** float32 to int8 at the graph's inputs, on the host: `quantizeValues`. */
  | { readonly kind: 'quantize'; readonly op: QuantizeOp }
  /** int8 to float32 at the graph's outputs, on the host: `dequantizeValues`. */
  | { readonly kind: 'dequantize'; readonly op: DequantizeOp };

/** A graph that can run: the same ops in the same order, integers only between the first and the last. */
export interface Program {
  readonly graph: Graph;
  readonly ops: readonly LoweredOp[];
}

/**
 * Turns every op's real scales into integers.
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
  switch (op.kind) {
    case 'lstm':
      return lowerLstm(op, graph);
    case 'fullyConnected':
      return lowerFullyConnected(op, graph);
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
    case 'quantize':
      return lowerQuantize(op, graph);
    case 'dequantize':
      return lowerDequantize(op, graph);
    default:
      return unreachable(op);
  }
}

/** int8 to int8 is a table; float32 to int8 belongs to the host, so it has to be at the graph's inputs. */
function lowerQuantize(op: QuantizeOp, graph: Graph): LoweredOp {
  const [input, output] = [tensorOf(graph, op.input), tensorOf(graph, op.output)];
  if (input.dtype === 'int8' && output.dtype === 'int8') return lowerLookup(op, graph);
  if (input.dtype === 'float32' && output.dtype === 'int8' && graph.inputs.includes(op.input)) {
    return { kind: 'quantize', op };
  }
  throw unsupported(
    op,
    `it turns ${input.dtype} into ${output.dtype}; float32 model inputs into int8 are supported`,
  );
}

function lowerDequantize(op: DequantizeOp, graph: Graph): LoweredOp {
  const [input, output] = [tensorOf(graph, op.input), tensorOf(graph, op.output)];
  if (input.dtype === 'int8' && output.dtype === 'float32' && graph.outputs.includes(op.output)) {
    return { kind: 'dequantize', op };
  }
  throw unsupported(
    op,
    `it turns ${input.dtype} into ${output.dtype}; int8 into float32 model outputs is supported`,
  );
}

function unsupported(op: Op, reason: string): UnsupportedModelError {
  return new UnsupportedModelError([{ subject: op.name, reason }]);
}
