import type {
  FullyConnectedParameters,
  LookupParameters,
  SoftmaxParameters,
} from '../contract/op-parameters';
import type { UnsupportedReason } from '../errors';
import { unreachable, UnsupportedModelError } from '../errors';
import type { DequantizeOp, FullyConnectedOp, Graph, LstmOp, Op, QuantizeOp, SoftmaxOp } from '../model';
import { tensorOf } from './constants';
import { lowerFullyConnected } from './fully-connected';
import type { LookupOp } from './lookup';
import { lowerLookup, lowerRequantize } from './lookup';
import type { LoweredLstm } from './lstm';
import { lowerLstm } from './lstm';
import type { MoveOp } from './moves';
import { lowerSoftmax } from './softmax';

/** An op with everything that it needs at run time. The kinds are those of the kernels, not of the file's ops. */
export type LoweredOp =
  | LoweredLstm
  | {
      readonly kind: 'fullyConnected';
      readonly op: FullyConnectedOp;
      readonly parameters: FullyConnectedParameters;
    }
  | { readonly kind: 'softmax'; readonly op: SoftmaxOp; readonly parameters: SoftmaxParameters }
  | { readonly kind: 'lookup'; readonly op: LookupOp | QuantizeOp; readonly parameters: LookupParameters }
  /** Its copies depend on the session's sizes: `movePieces`. */
  | { readonly kind: 'move'; readonly op: MoveOp }
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
      requireInt8(op, graph);
      return { kind: 'fullyConnected', op, parameters: lowerFullyConnected(op, graph) };
    case 'softmax':
      requireInt8(op, graph);
      return { kind: 'softmax', op, parameters: lowerSoftmax(op, graph) };
    case 'logistic':
    case 'tanh':
      requireInt8(op, graph);
      return { kind: 'lookup', op, parameters: lowerLookup(op, graph) };
    case 'reshape':
      requireInt8(op, graph);
      return { kind: 'move', op };
    case 'quantize':
      return lowerQuantize(op, graph);
    case 'dequantize':
      return lowerDequantize(op, graph);
    default:
      return unreachable(op);
  }
}

function lowerQuantize(op: QuantizeOp, graph: Graph): LoweredOp {
  if (tensorOf(graph, op.input).dtype === 'int8') {
    requireInt8(op, graph);
    return { kind: 'lookup', op, parameters: lowerRequantize(op, graph) };
  }
  const [input, output] = [tensorOf(graph, op.input), tensorOf(graph, op.output)];
  if (input.dtype !== 'float32' || output.dtype !== 'int8' || !graph.inputs.includes(op.input)) {
    throw unsupported(
      op,
      `it turns ${input.dtype} into ${output.dtype}; float32 model inputs into int8 are supported`,
    );
  }
  return { kind: 'quantize', op };
}

function lowerDequantize(op: DequantizeOp, graph: Graph): LoweredOp {
  const [input, output] = [tensorOf(graph, op.input), tensorOf(graph, op.output)];
  if (input.dtype !== 'int8' || output.dtype !== 'float32' || !graph.outputs.includes(op.output)) {
    throw unsupported(
      op,
      `it turns ${input.dtype} into ${output.dtype}; int8 into float32 model outputs is supported`,
    );
  }
  return { kind: 'dequantize', op };
}

function requireInt8(op: Exclude<Op, LstmOp>, graph: Graph): void {
  for (const id of [op.input, op.output]) {
    const { name, dtype } = tensorOf(graph, id);
    if (dtype !== 'int8') {
      throw unsupported(op, `tensor "${name}" is ${dtype}; int8 is expected, quantize the model first`);
    }
  }
}

function unsupported(op: Op, reason: string): UnsupportedModelError {
  return new UnsupportedModelError([{ subject: op.name, reason }]);
}
