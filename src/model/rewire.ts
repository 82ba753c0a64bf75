import { unreachable } from '../errors';
import type { LstmOp, Op } from './ops';
import type { TensorId } from './tensor';

/** What an op's tensors become. */
export interface Rewiring {
  readonly input: (id: TensorId) => TensorId;
  /** Weights, biases, and the value that a pad fills with. */
  readonly weight: (id: TensorId) => TensorId;
  readonly output: (id: TensorId) => TensorId;
}

/** The same op on other tensors. */
export function rewire(op: Exclude<Op, LstmOp>, { input, weight, output }: Rewiring): Exclude<Op, LstmOp> {
  switch (op.kind) {
    case 'fullyConnected':
    case 'conv2d':
    case 'depthwiseConv2d':
      return {
        ...op,
        input: input(op.input),
        weights: weight(op.weights),
        bias: op.bias === null ? null : weight(op.bias),
        output: output(op.output),
      };
    case 'binary':
      return { ...op, left: input(op.left), right: input(op.right), output: output(op.output) };
    case 'concatenation':
      return { ...op, inputs: op.inputs.map(input), output: output(op.output) };
    case 'split':
      return { ...op, input: input(op.input), outputs: op.outputs.map(output) };
    case 'gather':
      return { ...op, input: input(op.input), indices: input(op.indices), output: output(op.output) };
    case 'pad':
      return {
        ...op,
        input: input(op.input),
        value: op.value === null ? null : weight(op.value),
        output: output(op.output),
      };
    case 'mean':
    case 'softmax':
    case 'logistic':
    case 'tanh':
    case 'relu':
    case 'leakyRelu':
    case 'hardSwish':
    case 'floatUnary':
    case 'quantize':
    case 'dequantize':
    case 'reshape':
    case 'slice':
    case 'transpose':
    case 'reverse':
      return { ...op, input: input(op.input), output: output(op.output) };
    default:
      return unreachable(op);
  }
}
