import type { Graph } from '../graph';
import { commonIntegerBreaks } from '../integer/common-op-rules';
import type { Op } from '../ops';
import { opTensors } from '../op-tensors';
import { commonOpShapes } from '../shapes/common-op-shapes';
import { validateCommonOp } from '../validation/common-op-structure';
import type { OpRules } from './op-rules';

/** Kinds that most models have, and many nothing but. */
export type CommonOp = Extract<
  Op,
  { kind: 'lstm' | 'fullyConnected' | 'softmax' | 'logistic' | 'tanh' | 'quantize' | 'dequantize' }
>;

const COMMON_KINDS: Readonly<Record<CommonOp['kind'], true>> = {
  lstm: true,
  fullyConnected: true,
  softmax: true,
  logistic: true,
  tanh: true,
  quantize: true,
  dequantize: true,
};

/** Of ops that `isCommon` names. */
export const COMMON_RULES: OpRules = {
  validateStructure: (op, graph) => {
    validateCommonOp(requireCommon(op), graph);
  },
  integerBreaks: (op, graph) => commonIntegerBreaks(requireCommon(op), graph),
  inferShapes: (op, scope) => commonOpShapes(requireCommon(op), scope),
};

/** Whether the common rules say all there is to say of a graph, valid or not: masks in 16 bits have rules of their own. */
export function isCommon(graph: Graph): boolean {
  return graph.ops.every((op) => isCommonOp(op) && (op.kind === 'lstm' || !hasInt16(op, graph)));
}

function hasInt16(op: Op, graph: Graph): boolean {
  const { inputs, outputs } = opTensors(op);
  return [...inputs, ...outputs].some(({ id }) => graph.tensors[id]?.dtype === 'int16');
}

function isCommonOp(op: Op): op is CommonOp {
  return op.kind in COMMON_KINDS;
}

function requireCommon(op: Op): CommonOp {
  if (isCommonOp(op)) return op;
  throw new TypeError(`${op.name}: the rules of ${op.kind} are not loaded`);
}
