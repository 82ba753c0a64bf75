import type { Graph } from '../graph';
import { opTensors } from '../op-tensors';
import type { Op } from '../ops';
import type { DType } from '../tensor';
import { ruleBreaks } from './tensor-rules';

/** Why an op cannot run as part of a float island, one sentence each; empty if it can. */
export function floatBreaks(op: Op, graph: Graph): string[] {
  // Never in an island: a float LSTM makes the whole model a source for the quantizer.
  if (op.kind === 'lstm') return ['computes in float32, in which it does not run; quantize it'];
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
