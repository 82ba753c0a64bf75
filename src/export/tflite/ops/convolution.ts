import { at } from '../../../errors';
import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createConv2DOptions } from '../../../import/tflite/generated/conv2doptions';
import { createDepthwiseConv2DOptions } from '../../../import/tflite/generated/depthwise-conv2doptions';
import { Padding } from '../../../import/tflite/generated/padding';
import type { Conv2dOp, ConvolutionGeometry, DepthwiseConv2dOp, Graph } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { ABSENT } from '../written-operator';
import { ACTIVATIONS } from './activations';

const PADDINGS: Readonly<Record<ConvolutionGeometry['padding'], Padding>> = {
  same: Padding.SAME,
  valid: Padding.VALID,
};

/** CONV_2D; version 3 is the first in int8. */
export function writeConv2d(op: Conv2dOp, { builder }: OperatorScope): WrittenOperator {
  const offset = createConv2DOptions(
    builder,
    PADDINGS[op.padding],
    op.stride[1],
    op.stride[0],
    ACTIVATIONS[op.activation],
    op.dilation[1],
    op.dilation[0],
  );
  return {
    operator: BuiltinOperator.CONV_2D,
    version: 3,
    inputs: [op.input, op.weights, op.bias ?? ABSENT],
    outputs: [op.output],
    options: { type: BuiltinOptions.Conv2DOptions, offset },
  };
}

/** DEPTHWISE_CONV_2D; version 3 is the first in int8. */
export function writeDepthwiseConv2d(
  op: DepthwiseConv2dOp,
  { builder, graph }: OperatorScope,
): WrittenOperator {
  const offset = createDepthwiseConv2DOptions(
    builder,
    PADDINGS[op.padding],
    op.stride[1],
    op.stride[0],
    depthMultiplier(op, graph),
    ACTIVATIONS[op.activation],
    op.dilation[1],
    op.dilation[0],
  );
  return {
    operator: BuiltinOperator.DEPTHWISE_CONV_2D,
    version: 3,
    inputs: [op.input, op.weights, op.bias ?? ABSENT],
    outputs: [op.output],
    options: { type: BuiltinOptions.DepthwiseConv2DOptions, offset },
  };
}

/** The shapes say it; TFLite's float kernel believes the option, its integer kernels do not look at it. */
function depthMultiplier(op: DepthwiseConv2dOp, graph: Graph): number {
  const [channels = 1, outputs = 1] = [op.input, op.weights].map((id) => at(graph.tensors, id).shape.at(-1));
  return Math.max(1, Math.floor(outputs / channels));
}
