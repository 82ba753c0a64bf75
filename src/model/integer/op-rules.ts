import type { Graph } from '../graph';
import { isIntegerOperation } from '../integer-operation';
import type { BinaryOp, FloatFunction, FloatOperation, GatherOp, Op } from '../ops';
import {
  activationBreaks,
  commonIntegerBreaks,
  everyTensorBreaks,
  realOutputBreaks,
  weightedBreaks,
  weightedInputBreaks,
} from './common-op-rules';
import { isInt16 } from './int16-masks';
import { int16DenseBreaks, int16DequantizeBreaks, int16LogisticBreaks } from './int16-rules';
import { ruleBreaks } from './tensor-rules';

/** Why an op cannot run as integers, one sentence each; empty if it can. */
export function integerBreaks(op: Op, graph: Graph): string[] {
  switch (op.kind) {
    case 'fullyConnected':
      return isInt16(graph, op.output)
        ? [...weightedInputBreaks(op, graph, 0), ...int16DenseBreaks(op, graph)]
        : commonIntegerBreaks(op, graph);
    case 'conv2d':
      return weightedBreaks(op, graph, 0);
    case 'depthwiseConv2d':
      return weightedBreaks(op, graph, 3);
    case 'dequantize':
      return isInt16(graph, op.input)
        ? [...int16DequantizeBreaks(op, graph), ...realOutputBreaks(op, graph)]
        : commonIntegerBreaks(op, graph);
    case 'gather':
      return gatherBreaks(op, graph);
    case 'binary':
      return binaryBreaks(op, graph);
    case 'floatUnary':
      return [floatOnly(op.function)];
    case 'logistic':
      return isInt16(graph, op.input) || isInt16(graph, op.output)
        ? int16LogisticBreaks(op, graph)
        : commonIntegerBreaks(op, graph);
    case 'mean':
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
      return commonIntegerBreaks(op, graph);
  }
}

function binaryBreaks(op: BinaryOp, graph: Graph): string[] {
  return isIntegerOperation(op.operation) ? everyTensorBreaks(op, graph) : [floatOnly(op.operation)];
}

function floatOnly(operation: FloatFunction | FloatOperation): string {
  return `${operation} has no integer kernel; keep it in float32, between DEQUANTIZE and QUANTIZE`;
}

function gatherBreaks({ input, indices, output }: GatherOp, graph: Graph): string[] {
  return [
    ...activationBreaks(graph, input, 'input'),
    ...ruleBreaks(graph, indices, { role: 'indices', dtype: 'int32', quantization: 'any' }),
    ...activationBreaks(graph, output, 'output'),
  ];
}
