import { at, QuantizationError } from '../errors';
import type { Op } from '../model';
import { floatConstant } from './float/constants';
import { isConstant } from './graph-queries';
import { rewire } from '../model/rewire';
import type { QuantizationScope } from './scope';

/**
 * Adds an op as it is, with float32 constants; hybrid int8 weights are taken at their real values.
 *
 * @throws QuantizationError naming a constant that holds NaN or infinity.
 */
export function keepFloat(op: Op, { graph, built }: QuantizationScope): void {
  if (op.kind === 'lstm') throw new QuantizationError(op.name, 'LSTM layers run in integers only');
  const constant = (id: Parameters<typeof floatConstant>[1]) => {
    const { dtype, quantization, data } = at(graph.tensors, id);
    if (dtype === 'int32' && quantization === null && data !== null) {
      return built.constant(id, dtype, null, data);
    }
    return built.constant(id, 'float32', null, floatConstant(graph, id));
  };
  const rewired = rewire(op, {
    input: (id) => (isConstant(graph, id) ? constant(id) : built.float(id)),
    weight: constant,
    output: (id) => built.defineUnchanged(id),
  });
  built.addOp(rewired);
}
