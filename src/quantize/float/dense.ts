import { at, InputError } from '../../errors';
import type { FullyConnectedOp, Graph, SoftmaxOp } from '../../model';
import { activationFunction } from './arithmetic';
import { floatConstant, optionalFloatConstant } from './constants';
import type { MatrixKind } from './matrix';
import { formatShape } from './tensor';
import type { FloatTensor } from './tensor';

/** A dense layer with its weights ready. */
export type FloatDense = (input: FloatTensor) => FloatTensor;

/**
 * `activation(W x + b)` over the last dimension. The function returned throws InputError if its input's elements do not
 * divide into rows of the matrix's width.
 */
export function prepareFullyConnected(op: FullyConnectedOp, graph: Graph, matrixOf: MatrixKind): FloatDense {
  const [outputs = 0, inputs = 0] = at(graph.tensors, op.weights).shape;
  const weights = matrixOf(floatConstant(graph, op.weights), outputs);
  const bias = optionalFloatConstant(graph, op.bias);
  const activate = activationFunction(op.activation);
  return (input) => {
    const rows = input.data.length / inputs;
    if (!Number.isInteger(rows) || (op.keepDims && input.shape.at(-1) !== inputs)) {
      throw new InputError(
        `${op.name}: its input has shape ${formatShape(input.shape)}; expected rows of ${inputs}`,
      );
    }
    const data = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      if (bias !== null) data.set(bias, row * outputs);
      weights.addProduct(data, row * outputs, input.data, row * inputs);
    }
    for (const [i, value] of data.entries()) data[i] = activate(value);
    return { shape: op.keepDims ? [...input.shape.slice(0, -1), outputs] : [rows, outputs], data };
  };
}

/** `exp(beta * x) / sum exp(beta * x)` over the last dimension. */
export function softmax(op: SoftmaxOp, input: FloatTensor): FloatTensor {
  const depth = at(input.shape, input.shape.length - 1);
  const data = new Float32Array(input.data.length);
  for (let begin = 0; begin < data.length; begin += depth) {
    const row = input.data.subarray(begin, begin + depth);
    // Subtracting the largest keeps exp from overflowing and cancels in the quotient.
    const largest = row.reduce((max, value) => Math.max(max, value), -Infinity);
    const exponentials = Array.from(row, (value) => Math.exp(op.beta * (value - largest)));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    for (const [i, value] of exponentials.entries()) data[begin + i] = value / sum;
  }
  return { shape: input.shape, data };
}
