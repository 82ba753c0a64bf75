import type {
  FloatBinaryParameters,
  FloatConvolutionParameters,
  FloatDenseParameters,
  FloatDequantizeParameters,
  FloatQuantizeParameters,
  FloatRange,
  FloatUnaryOperation,
  FloatUnaryParameters,
} from '../contract/float-op-parameters';
import { LARGEST_FLOAT32 } from '../contract/float-op-parameters';
import { at, unreachable, UnsupportedModelError } from '../errors';
import type {
  BinaryOp,
  Conv2dOp,
  DepthwiseConv2dOp,
  DequantizeOp,
  FloatUnaryOp,
  FullyConnectedOp,
  FusedActivation,
  Graph,
  HardSwishOp,
  LeakyReluOp,
  LogisticOp,
  MeanOp,
  Op,
  QuantizeOp,
  ReluOp,
  SoftmaxOp,
  TanhOp,
} from '../model';
import { float32Constant, scaleOf, tensorOf, zeroPointOf } from './constants';
import { quantizationThresholds } from './float-thresholds';
import type { LoweredGather } from './gather';
import { lowerGather } from './gather';
import type { LoweredMove } from './moves';
import { lowerMove } from './moves';

type UnaryOp = FloatUnaryOp | LogisticOp | TanhOp | ReluOp | LeakyReluOp | HardSwishOp;

/** An op of a float island, and the ops at its ends. Kinds are those of the kernels. */
export type LoweredFloat =
  | { readonly kind: 'floatUnary'; readonly op: UnaryOp; readonly parameters: FloatUnaryParameters }
  | { readonly kind: 'floatBinary'; readonly op: BinaryOp; readonly parameters: FloatBinaryParameters }
  | { readonly kind: 'floatMean'; readonly op: MeanOp }
  | {
      readonly kind: 'floatFullyConnected';
      readonly op: FullyConnectedOp;
      readonly parameters: FloatDenseParameters;
    }
  | {
      readonly kind: 'floatConv2d';
      readonly op: Conv2dOp | DepthwiseConv2dOp;
      readonly parameters: FloatConvolutionParameters;
    }
  | { readonly kind: 'floatSoftmax'; readonly op: SoftmaxOp }
  | { readonly kind: 'floatQuantize'; readonly op: QuantizeOp; readonly parameters: FloatQuantizeParameters }
  | {
      readonly kind: 'floatDequantize';
      readonly op: DequantizeOp;
      readonly parameters: FloatDequantizeParameters;
    }
  | {
      readonly kind: 'floatDequantizeInt16';
      readonly op: DequantizeOp;
      readonly parameters: { readonly scale: number };
    };

const UNBOUNDED: FloatRange = { low: -LARGEST_FLOAT32, high: LARGEST_FLOAT32 };

/**
 * Takes the settings of an op with float32 values out of the graph.
 *
 * @throws UnsupportedModelError for an op that runs in integers only; `requireIntegerGraph` says why first.
 */
export function lowerFloat(
  op: Exclude<Op, QuantizeOp | DequantizeOp>,
  graph: Graph,
): LoweredFloat | LoweredMove | LoweredGather {
  switch (op.kind) {
    case 'floatUnary':
      return unary(op, op.function);
    case 'logistic':
    case 'tanh':
    case 'hardSwish':
      return unary(op, op.kind);
    case 'relu':
      return unary(op, 'clamp', { range: rangeOf(op.bound) });
    case 'leakyRelu':
      return unary(op, op.kind, { slope: op.alpha });
    case 'binary':
      return {
        kind: 'floatBinary',
        op,
        parameters: { operation: op.operation, range: rangeOf(op.activation) },
      };
    case 'mean':
      return { kind: 'floatMean', op };
    case 'fullyConnected':
      return { kind: 'floatFullyConnected', op, parameters: denseParameters(op, graph) };
    case 'softmax':
      return { kind: 'floatSoftmax', op };
    case 'reshape':
    case 'concatenation':
    case 'split':
    case 'slice':
    case 'transpose':
    case 'pad':
    case 'reverse':
      return lowerMove(op, graph);
    case 'gather':
      return lowerGather(op, graph);
    case 'conv2d':
    case 'depthwiseConv2d':
      return { kind: 'floatConv2d', op, parameters: convolutionParameters(op, graph) };
    case 'lstm':
      throw new UnsupportedModelError([
        { subject: op.name, reason: 'an LSTM does not run in float32; quantize it' },
      ]);
    default:
      return unreachable(op);
  }
}

/** float32 to int8 on the device. */
export function lowerFloatQuantize(op: QuantizeOp, graph: Graph): LoweredFloat {
  const thresholds = quantizationThresholds(scaleOf(graph, op.output), zeroPointOf(graph, op.output));
  return { kind: 'floatQuantize', op, parameters: { thresholds } };
}

/** int8 or int16 to float32 on the device. */
export function lowerFloatDequantize(op: DequantizeOp, graph: Graph): LoweredFloat {
  if (tensorOf(graph, op.input).dtype === 'int16') {
    return { kind: 'floatDequantizeInt16', op, parameters: { scale: scaleOf(graph, op.input) } };
  }
  const parameters = { scale: scaleOf(graph, op.input), zeroPoint: zeroPointOf(graph, op.input) };
  return { kind: 'floatDequantize', op, parameters };
}

function unary(
  op: UnaryOp,
  operation: FloatUnaryOperation,
  settings: Partial<FloatUnaryParameters> = {},
): LoweredFloat {
  return { kind: 'floatUnary', op, parameters: { operation, slope: 0, range: UNBOUNDED, ...settings } };
}

function denseParameters(op: FullyConnectedOp, graph: Graph): FloatDenseParameters {
  const { shape } = tensorOf(graph, op.weights);
  const [outputs, inputs] = [at(shape, 0), at(shape, 1)];
  return {
    inputs,
    outputs,
    weights: float32Constant(graph, op.weights),
    bias: op.bias === null ? new Float32Array(outputs) : float32Constant(graph, op.bias),
    range: rangeOf(op.activation),
  };
}

function convolutionParameters(op: Conv2dOp | DepthwiseConv2dOp, graph: Graph): FloatConvolutionParameters {
  const { shape } = tensorOf(graph, op.weights);
  const depthwise = op.kind === 'depthwiseConv2d';
  const outputs = at(shape, depthwise ? 3 : 0);
  const weights = float32Constant(graph, op.weights);
  return {
    depthwise,
    filterHeight: at(shape, 1),
    filterWidth: at(shape, 2),
    outputs,
    weights: depthwise ? weights : transposed(weights, outputs),
    bias: op.bias === null ? new Float32Array(outputs) : float32Constant(graph, op.bias),
    range: rangeOf(op.activation),
  };
}

/** A matrix of `rows` with rows and columns in each other's place. */
function transposed(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  return Float32Array.from(matrix, (_, index) =>
    at(matrix, (index % rows) * columns + Math.floor(index / rows)),
  );
}

function rangeOf(activation: FusedActivation): FloatRange {
  switch (activation) {
    case 'none':
      return UNBOUNDED;
    case 'relu':
      return { low: 0, high: LARGEST_FLOAT32 };
    case 'relu6':
      return { low: 0, high: 6 };
    case 'reluN1To1':
      return { low: -1, high: 1 };
    default:
      return unreachable(activation);
  }
}
