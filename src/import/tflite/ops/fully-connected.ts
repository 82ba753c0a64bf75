import type { FullyConnectedOp } from '../../../model';
import { enumName } from '../../enum-name';
import { BuiltinOptions } from '../generated/builtin-options';
import { FullyConnectedOptions } from '../generated/fully-connected-options';
import { FullyConnectedOptionsWeightsFormat } from '../generated/fully-connected-options-weights-format';
import type { OperatorReader } from '../operator-reader';

/** FULLY_CONNECTED: input, weights, and a bias that may be left out. */
export function readFullyConnected(operator: OperatorReader): FullyConnectedOp {
  operator.requireInputs(2, 3);
  operator.requireOutputs(1);
  const options =
    operator.options(BuiltinOptions.FullyConnectedOptions, new FullyConnectedOptions()) ??
    operator.refuse('has no options; convert the model again');
  const format = options.weightsFormat();
  if (format !== FullyConnectedOptionsWeightsFormat.DEFAULT) {
    const found = enumName(FullyConnectedOptionsWeightsFormat, format);
    operator.refuse(
      `its weights are stored as ${found}; row-major ones are expected, convert the model again`,
    );
  }
  return {
    ...operator.base('fullyConnected'),
    input: operator.input(0, 'input'),
    weights: operator.input(1, 'weights'),
    bias: operator.optionalInput(2, 'bias'),
    output: operator.output(0),
    activation: operator.fusedActivation(options.fusedActivationFunction()),
    keepDims: options.keepNumDims(),
  };
}
