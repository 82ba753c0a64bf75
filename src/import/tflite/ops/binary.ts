import type { BinaryOp } from '../../../model';
import { ActivationFunctionType } from '../generated/activation-function-type';
import { AddOptions } from '../generated/add-options';
import { BuiltinOptions } from '../generated/builtin-options';
import { DivOptions } from '../generated/div-options';
import { MulOptions } from '../generated/mul-options';
import { SubOptions } from '../generated/sub-options';
import type { OperatorReader } from '../operator-reader';

/** ADD */
export function readAdd(operator: OperatorReader): BinaryOp {
  const options = operator.options(BuiltinOptions.AddOptions, new AddOptions());
  return readBinary(operator, 'add', options?.fusedActivationFunction());
}

/** SUB */
export function readSubtract(operator: OperatorReader): BinaryOp {
  const options = operator.options(BuiltinOptions.SubOptions, new SubOptions());
  return readBinary(operator, 'subtract', options?.fusedActivationFunction());
}

/** MUL */
export function readMultiply(operator: OperatorReader): BinaryOp {
  const options = operator.options(BuiltinOptions.MulOptions, new MulOptions());
  return readBinary(operator, 'multiply', options?.fusedActivationFunction());
}

/** DIV */
export function readDivide(operator: OperatorReader): BinaryOp {
  const options = operator.options(BuiltinOptions.DivOptions, new DivOptions());
  return readBinary(operator, 'divide', options?.fusedActivationFunction());
}

/** SQUARED_DIFFERENCE, MAXIMUM, MINIMUM, which have no settings. */
export function readPlainBinary(
  operation: 'squaredDifference' | 'maximum' | 'minimum',
): (operator: OperatorReader) => BinaryOp {
  return (operator) => readBinary(operator, operation);
}

function readBinary(
  operator: OperatorReader,
  operation: BinaryOp['operation'],
  activation: ActivationFunctionType = ActivationFunctionType.NONE,
): BinaryOp {
  operator.requireInputs(2);
  operator.requireOutputs(1);
  return {
    ...operator.base('binary'),
    operation,
    left: operator.input(0, 'left input'),
    right: operator.input(1, 'right input'),
    output: operator.output(0),
    activation: operator.fusedActivation(activation),
  };
}
