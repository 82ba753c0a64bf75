import type { HardSwishOp, LeakyReluOp, ReluOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { LeakyReluOptions } from '../generated/leaky-relu-options';
import type { OperatorReader } from '../operator-reader';

/** RELU, RELU6, RELU_N1_TO_1 */
export function readRelu(bound: ReluOp['bound']): (operator: OperatorReader) => ReluOp {
  return (operator) => ({ ...operator.base('relu'), ...readEnds(operator), bound });
}

/** LEAKY_RELU */
export function readLeakyRelu(operator: OperatorReader): LeakyReluOp {
  const options =
    operator.options(BuiltinOptions.LeakyReluOptions, new LeakyReluOptions()) ??
    operator.refuse('has no options, so no slope; convert the model again');
  return { ...operator.base('leakyRelu'), ...readEnds(operator), alpha: options.alpha() };
}

/** HARD_SWISH */
export function readHardSwish(operator: OperatorReader): HardSwishOp {
  return { ...operator.base('hardSwish'), ...readEnds(operator) };
}

function readEnds(operator: OperatorReader): Pick<ReluOp, 'input' | 'output'> {
  operator.requireInputs(1);
  operator.requireOutputs(1);
  return { input: operator.input(0, 'input'), output: operator.output(0) };
}
