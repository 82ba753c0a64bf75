import type { ConvolutionLayout, ConvolutionParameters } from '../contract/op-parameters';
import { at, ModelFormatError } from '../errors';
import type { Conv2dOp, DepthwiseConv2dOp, Graph } from '../model';
import { outputSteps, paddingBefore } from '../model/convolution-geometry';
import { channelMultipliers } from './channel-multipliers';
import { int32Constant, int8Constant, tensorOf, zeroPointOf } from './constants';

import { outputRange } from './output-range';

const INT32_MAX = 2 ** 31 - 1;
/** Largest magnitude of a difference between two int8, an activation and its zero point. */
const LARGEST_DIFFERENCE = 255;

export type LoweredConvolution =
  | { readonly kind: 'conv2d'; readonly op: Conv2dOp; readonly parameters: ConvolutionParameters }
  | {
      readonly kind: 'depthwiseConv2d';
      readonly op: DepthwiseConv2dOp;
      readonly parameters: ConvolutionParameters;
    };

/**
 * Integer parameters of a convolution: `sat8(mbqm(sum (x - z_x) w + b, m) + z_y)` per output channel, with m from
 * `s_x * s_w / s_y` in float64. TFLite `kernel_util.cc`, `PopulateConvolutionQuantizationParams`.
 *
 * @throws ModelFormatError if a tensor or scale is missing, sizes disagree, or an accumulator could wrap;
 * UnsupportedModelError for weights with a zero point.
 */
export function lowerConv2d(op: Conv2dOp, graph: Graph): LoweredConvolution {
  const [outputs = 0, filterHeight = 0, filterWidth = 0] = tensorOf(graph, op.weights).shape;
  const sizes = { outputs, filterHeight, filterWidth };
  return { kind: 'conv2d', op, parameters: parametersOf(op, graph, sizes, 0) };
}

/** As `lowerConv2d`, for a filter per channel. TFLite `depthwise_conv.cc`. */
export function lowerDepthwiseConv2d(op: DepthwiseConv2dOp, graph: Graph): LoweredConvolution {
  const [, filterHeight = 0, filterWidth = 0, outputs = 0] = tensorOf(graph, op.weights).shape;
  const sizes = { outputs, filterHeight, filterWidth };
  return { kind: 'depthwiseConv2d', op, parameters: parametersOf(op, graph, sizes, 3) };
}

/** A convolution in integers or in float32. */
interface PlacedConvolution {
  readonly op: Conv2dOp | DepthwiseConv2dOp;
  readonly parameters: Pick<ConvolutionParameters, 'filterHeight' | 'filterWidth'>;
}

/** Where the filter stands on images of one session's size, `[images, height, width, channels]`. */
export function convolutionLayout(
  { op, parameters }: PlacedConvolution,
  input: readonly number[],
): ConvolutionLayout {
  const inputSize = [at(input, 1), at(input, 2)] as const;
  const filterSize = [parameters.filterHeight, parameters.filterWidth] as const;
  const perAxis = (f: (axis: 0 | 1, size: number, filter: number) => number): readonly [number, number] => [
    f(0, inputSize[0], filterSize[0]),
    f(1, inputSize[1], filterSize[1]),
  ];
  return {
    images: at(input, 0),
    channels: at(input, 3),
    inputSize,
    outputSize: perAxis((axis, size, filter) => outputSteps(op, axis, size, filter)),
    stride: op.stride,
    dilation: op.dilation,
    padding: perAxis((axis, size, filter) => paddingBefore(op, axis, size, filter)),
  };
}

function parametersOf(
  op: Conv2dOp | DepthwiseConv2dOp,
  graph: Graph,
  sizes: Pick<ConvolutionParameters, 'outputs' | 'filterHeight' | 'filterWidth'>,
  channelAxis: number,
): ConvolutionParameters {
  const weights = int8Constant(graph, op.weights);
  const bias = op.bias === null ? new Int32Array(sizes.outputs) : int32Constant(graph, op.bias);
  if (bias.length !== sizes.outputs) {
    throw new ModelFormatError(`${op.name}: ${bias.length} bias values for ${sizes.outputs} outputs`);
  }
  requireRoom(op.name, weights, bias, channelAxis === 0 ? 'first' : 'last');
  return {
    ...sizes,
    weights,
    bias,
    multipliers: channelMultipliers(op.name, graph, op, { axis: channelAxis, channels: sizes.outputs }),
    inputZeroPoint: zeroPointOf(graph, op.input),
    outputZeroPoint: zeroPointOf(graph, op.output),
    outputRange: outputRange(op.activation, graph, op.output),
  };
}

/** Proves that no accumulator can leave int32, whatever part of the filter is inside the image. */
function requireRoom(
  subject: string,
  weights: Int8Array,
  bias: Int32Array,
  channels: 'first' | 'last',
): void {
  const perChannel = weights.length / bias.length;
  const magnitudes = new Float64Array(bias.length);
  for (const [index, weight] of weights.entries()) {
    const channel = channels === 'first' ? Math.floor(index / perChannel) : index % bias.length;
    magnitudes[channel] = at(magnitudes, channel) + Math.abs(weight);
  }
  for (const [channel, magnitude] of magnitudes.entries()) {
    const bound = Math.abs(at(bias, channel)) + LARGEST_DIFFERENCE * magnitude;
    if (bound > INT32_MAX) {
      throw new ModelFormatError(
        `${subject}: channel ${channel} with its bias can reach ${bound}, beyond the int32 accumulator; ` +
          'requantize the model with a larger bias scale',
      );
    }
  }
}
