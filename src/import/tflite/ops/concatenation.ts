import type { ConcatenationOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { ConcatenationOptions } from '../generated/concatenation-options';
import type { OperatorReader } from '../operator-reader';
import { resolveAxis } from './integer-settings';

/** CONCATENATION of any number of inputs. */
export function readConcatenation(operator: OperatorReader): ConcatenationOp {
  operator.requireOutputs(1);
  const options =
    operator.options(BuiltinOptions.ConcatenationOptions, new ConcatenationOptions()) ??
    operator.refuse('has no options, so no axis; convert the model again');
  if (operator.fusedActivation(options.fusedActivationFunction()) !== 'none') {
    operator.refuse('has a fused activation, which TFLite does not run either; export the model without it');
  }
  const inputs = Array.from({ length: operator.inputCount() }, (_, slot) =>
    operator.input(slot, `input ${slot}`),
  );
  return {
    ...operator.base('concatenation'),
    inputs,
    output: operator.output(0),
    axis: resolveAxis(operator, options.axis(), operator.inputShape(0, 'input 0').length),
  };
}
