import type { UnsupportedReason } from '../errors';
import { UnsupportedModelError } from '../errors';
import type { Graph, LogisticOp, Op } from '../model';
import type { LoweredBinary } from './binary';
import type { LoweredConvolution } from './convolution';
import type { LoweredFloat } from './float';
import type { LoweredFullyConnected, LoweredFullyConnectedInt16 } from './fully-connected';
import type { LoweredGather } from './gather';
import { hostOp } from './host-op';
import type { HostOp } from './host-op';
import type { LoweredLookup } from './lookup';
import type { LoweredLstm } from './lstm';
import type { LoweredMean } from './mean';
import type { LoweredMove } from './moves';
import type { LoweredSoftmax } from './softmax';

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
  | HostOp;

/** Lowers an op that is the device's. */
export type LowerOp = (op: Op, graph: Graph) => LoweredOp;

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
export function lowerProgram(graph: Graph, lowerOp: LowerOp): Program {
  const reasons: UnsupportedReason[] = [];
  const ops: LoweredOp[] = [];
  for (const op of graph.ops) {
    try {
      ops.push(hostOp(op, graph) ?? lowerOp(op, graph));
    } catch (error) {
      if (!(error instanceof UnsupportedModelError)) throw error;
      reasons.push(...error.reasons);
    }
  }
  if (reasons.length > 0) throw new UnsupportedModelError(reasons);
  return { graph, ops };
}
