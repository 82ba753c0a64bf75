import type { Graph } from '../graph';
import { opTensors } from '../op-tensors';
import type { Op } from '../ops';
import type { DType } from '../tensor';
import { ruleBreaks } from './tensor-rules';

/** Why an op cannot run as part of a float island, one sentence each; empty if it can. */
export function floatBreaks(op: Op, graph: Graph): string[] {
  if (op.kind === 'lstm' || op.kind === 'conv2d' || op.kind === 'depthwiseConv2d') {
    return [`computes in float32, in which ${op.kind} does not run; quantize it`];
  }
  const { inputs, weights, outputs } = opTensors(op);
  const dtypeOf = (role: string): DType => (role === 'indices' ? 'int32' : 'float32');
  return [
    ...[...inputs, ...outputs].flatMap(({ id, role }) =>
      ruleBreaks(graph, id, { role, dtype: dtypeOf(role), quantization: 'any' }),
    ),
    ...weights.flatMap(({ id, role }) =>
      ruleBreaks(graph, id, { role, dtype: 'float32', isConstant: true, quantization: 'any' }),
    ),
  ];
}
