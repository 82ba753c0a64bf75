import { at, unreachable } from '../../errors';
import type { Graph } from '../graph';
import { opTensors } from '../op-tensors';
import { isIntegerOperation } from '../integer-operation';
import type {
  BinaryOp,
  Conv2dOp,
  DepthwiseConv2dOp,
  FloatFunction,
  FloatOperation,
  FullyConnectedOp,
  GatherOp,
  Op,
  QuantizeOp,
} from '../ops';
import type { TensorId } from '../tensor';
import { int16DenseBreaks, int16DequantizeBreaks, int16LogisticBreaks, isInt16 } from './int16-rules';
import { lstmBreaks } from './lstm-rules';
import { ruleBreaks } from './tensor-rules';

/** Why an op cannot run as integers, one sentence each; empty if it can. */
export function integerBreaks(op: Op, graph: Graph): string[] {
  switch (op.kind) {
    case 'lstm':
      return lstmBreaks(op, graph);
    case 'fullyConnected':
    case 'conv2d':
      return weightedBreaks(op, graph, 0);
    case 'depthwiseConv2d':
      return weightedBreaks(op, graph, 3);
    case 'quantize':
      return quantizeBreaks(op, graph);
    case 'dequantize':
      return [
        ...(isInt16(graph, op.input)
          ? int16DequantizeBreaks(op, graph)
          : activationBreaks(graph, op.input, 'input')),
        ...ruleBreaks(graph, op.output, { role: 'output', dtype: 'float32', quantization: 'any' }),
      ];
    case 'gather':
      return gatherBreaks(op, graph);
    case 'binary':
      return binaryBreaks(op, graph);
    case 'floatUnary':
      return [floatOnly(op.function)];
    case 'logistic':
      return isInt16(graph, op.input) || isInt16(graph, op.output)
        ? int16LogisticBreaks(op, graph)
        : everyTensorBreaks(op, graph);
    case 'mean':
    case 'softmax':
    case 'tanh':
    case 'relu':
    case 'leakyRelu':
    case 'hardSwish':
    case 'reshape':
    case 'concatenation':
    case 'split':
    case 'slice':
    case 'transpose':
    case 'pad':
    case 'reverse':
      return everyTensorBreaks(op, graph);
    default:
      return unreachable(op);
  }
}

function everyTensorBreaks(op: Op, graph: Graph): string[] {
  const { inputs, weights, outputs } = opTensors(op);
  return [...inputs, ...weights, ...outputs].flatMap(({ id, role }) => activationBreaks(graph, id, role));
}

function binaryBreaks(op: BinaryOp, graph: Graph): string[] {
  return isIntegerOperation(op.operation) ? everyTensorBreaks(op, graph) : [floatOnly(op.operation)];
}

function floatOnly(operation: FloatFunction | FloatOperation): string {
  return `${operation} has no integer kernel; keep it in float32, between DEQUANTIZE and QUANTIZE`;
}

function weightedBreaks(
  op: FullyConnectedOp | Conv2dOp | DepthwiseConv2dOp,
  graph: Graph,
  channelAxis: number,
): string[] {
  const { input, weights, bias, output } = op;
  return [
    ...activationBreaks(graph, input, 'input'),
    ...ruleBreaks(graph, weights, {
      role: 'weights',
      dtype: 'int8',
      isConstant: true,
      quantization: 'symmetric',
      channelAxis,
    }),
    ...(bias === null
      ? []
      : ruleBreaks(graph, bias, { role: 'bias', dtype: 'int32', isConstant: true, quantization: 'any' })),
    ...(op.kind === 'fullyConnected' && isInt16(graph, output)
      ? int16DenseBreaks(op, graph)
      : activationBreaks(graph, output, 'output')),
  ];
}

/** At the edge of the model, and after an island, the input is float32. */
function quantizeBreaks({ input, output }: QuantizeOp, graph: Graph): string[] {
  const isFloat = at(graph.tensors, input).dtype === 'float32';
  return [
    ...(isFloat ? [] : activationBreaks(graph, input, 'input')),
    ...activationBreaks(graph, output, 'output'),
  ];
}

function gatherBreaks({ input, indices, output }: GatherOp, graph: Graph): string[] {
  return [
    ...activationBreaks(graph, input, 'input'),
    ...ruleBreaks(graph, indices, { role: 'indices', dtype: 'int32', quantization: 'any' }),
    ...activationBreaks(graph, output, 'output'),
  ];
}

function activationBreaks(graph: Graph, id: TensorId, role: string): string[] {
  return ruleBreaks(graph, id, { role, dtype: 'int8', quantization: 'asymmetric' });
}
