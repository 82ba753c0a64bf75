import { at, unreachable } from '../../errors';
import type { Graph } from '../graph';
import { opTensors } from '../op-tensors';
import type { Conv2dOp, DepthwiseConv2dOp, DequantizeOp, FullyConnectedOp, Op, QuantizeOp } from '../ops';
import type { CommonOp } from '../rules/common';
import type { TensorId } from '../tensor';
import { lstmBreaks } from './lstm-rules';
import { ruleBreaks } from './tensor-rules';

type WeightedOp = FullyConnectedOp | Conv2dOp | DepthwiseConv2dOp;

/** `integerBreaks` of the kinds that most models have, without int16 but in LSTMs. */
export function commonIntegerBreaks(op: CommonOp, graph: Graph): string[] {
  switch (op.kind) {
    case 'lstm':
      return lstmBreaks(op, graph);
    case 'fullyConnected':
      return weightedBreaks(op, graph, 0);
    case 'quantize':
      return quantizeBreaks(op, graph);
    case 'dequantize':
      return [...activationBreaks(graph, op.input, 'input'), ...realOutputBreaks(op, graph)];
    case 'softmax':
    case 'logistic':
    case 'tanh':
      return everyTensorBreaks(op, graph);
    default:
      return unreachable(op);
  }
}

export function everyTensorBreaks(op: Op, graph: Graph): string[] {
  const { inputs, weights, outputs } = opTensors(op);
  return [...inputs, ...weights, ...outputs].flatMap(({ id, role }) => activationBreaks(graph, id, role));
}

/** @param channelAxis dimension of the weights that may have a scale per index */
export function weightedBreaks(op: WeightedOp, graph: Graph, channelAxis: number): string[] {
  return [...weightedInputBreaks(op, graph, channelAxis), ...activationBreaks(graph, op.output, 'output')];
}

/** {@link weightedBreaks} of all but the output. */
export function weightedInputBreaks(
  { input, weights, bias }: WeightedOp,
  graph: Graph,
  channelAxis: number,
): string[] {
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
  ];
}

/** Of what leaves the integers. */
export function realOutputBreaks({ output }: DequantizeOp, graph: Graph): string[] {
  return ruleBreaks(graph, output, { role: 'output', dtype: 'float32', quantization: 'any' });
}

/** At the edge of the model, and after an island, the input is float32. */
function quantizeBreaks({ input, output }: QuantizeOp, graph: Graph): string[] {
  const isFloat = at(graph.tensors, input).dtype === 'float32';
  return [
    ...(isFloat ? [] : activationBreaks(graph, input, 'input')),
    ...activationBreaks(graph, output, 'output'),
  ];
}

export function activationBreaks(graph: Graph, id: TensorId, role: string): string[] {
  return ruleBreaks(graph, id, { role, dtype: 'int8', quantization: 'asymmetric' });
}
