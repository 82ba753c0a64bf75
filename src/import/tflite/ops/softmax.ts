import type { SoftmaxOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { SoftmaxOptions } from '../generated/softmax-options';
import type { OperatorReader } from '../operator-reader';

/** SOFTMAX over the last dimension. */
export function readSoftmax(operator: OperatorReader): SoftmaxOp {
  operator.requireInputs(1);
  operator.requireOutputs(1);
  const options =
    operator.options(BuiltinOptions.SoftmaxOptions, new SoftmaxOptions()) ??
    operator.refuse('has no options, so no beta; convert the model again');
  return {
    ...operator.base('softmax'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    beta: options.beta(),
  };
}
