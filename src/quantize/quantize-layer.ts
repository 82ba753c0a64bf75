import { at } from '../errors';
import type { Conv2dOp, DepthwiseConv2dOp, FullyConnectedOp, Quantization, TensorId } from '../model';
import { requireAccumulatorFits } from './bounds';
import {
  byChannel,
  channelLayout,
  channelMagnitudes,
  quantizeChannels,
  weightQuantization,
} from './channels';
import { floatConstant } from './float/constants';
import { quantizeToInt32, quantizeToInt8 } from './integer-constants';
import { NEIGHBOUR_RECIPE } from './neighbour-recipe';
import { nonzeroMagnitude } from './resolve';
import { productScale } from './scale';
import type { Affine } from './scale';
import type { QuantizationScope } from './scope';

/** Ops of one matrix or filter and a bias. */
export type WeightedOp = FullyConnectedOp | Conv2dOp | DepthwiseConv2dOp;

/** Dimension of a layer's weights that has a scale per index; null for one scale. */
export function channelAxis(op: WeightedOp, perChannelDense: boolean): 0 | 3 | null {
  if (op.kind === 'fullyConnected' && perChannelDense) return 0;
  return NEIGHBOUR_RECIPE[op.kind].channelAxis ?? null;
}

/** Largest |weight| behind each scale of a matrix or filter: one, or one per channel. */
export function weightMagnitudes(
  name: string,
  values: Float32Array,
  shape: readonly number[],
  axis: 0 | 3 | null,
): number[] {
  return axis === null
    ? [nonzeroMagnitude(name, values)]
    : channelMagnitudes(name, values, channelLayout(shape, axis));
}

/** Weights as the nearest integers at the scales of these magnitudes. */
export function roundedToNearest(
  values: Float32Array,
  shape: readonly number[],
  magnitudes: readonly number[],
  axis: 0 | 3 | null,
): Int8Array {
  return axis === null
    ? quantizeToInt8(values, at(magnitudes, 0))
    : quantizeChannels(values, magnitudes, channelLayout(shape, axis));
}

/**
 * Weights and bias of a layer as integers.
 *
 * @throws QuantizationError naming the tensor that is dead, not finite, or could overflow the accumulator.
 */
export function quantizeLayerConstants(
  op: WeightedOp,
  { graph, built, perChannelDense, rounded }: QuantizationScope,
  output: Affine,
): ReadonlyMap<TensorId, TensorId> {
  const { name, shape } = at(graph.tensors, op.weights);
  const values = floatConstant(graph, op.weights);
  const axis = channelAxis(op, perChannelDense);
  const magnitudes = weightMagnitudes(name, values, shape, axis);
  const quantization = weightQuantization(name, magnitudes, axis);
  const weights = rounded.get(op.weights) ?? roundedToNearest(values, shape, magnitudes, axis);
  const input = built.affineOf(op.input);
  const biasScales = quantization.scales.map((scale) => productScale([input.scale, scale], 0).scale);
  const bias =
    op.bias === null
      ? null
      : quantizeToInt32(at(graph.tensors, op.bias).name, floatConstant(graph, op.bias), biasScales);
  const outputAxis = op.kind === 'depthwiseConv2d' ? 3 : 0;
  const layout = channelLayout(shape, outputAxis);
  requireAccumulatorFits({
    subject: name,
    weights: byChannel(weights, layout),
    rows: layout.channels,
    bias,
    effectiveScales: biasScales.map((scale) => scale / output.scale),
    // A filter may hang over the border of the image, so its zero point is not folded for the filter as a whole.
    ...(op.kind === 'fullyConnected'
      ? { zeroPointFactor: -input.zeroPoint, inputMagnitude: 128 }
      : { zeroPointFactor: 0, inputMagnitude: 255 }),
  });
  const biasQuantization: Quantization = {
    scales: biasScales,
    zeroPoints: biasScales.map(() => 0),
    axis: axis === null ? null : 0,
  };
  const constants = new Map([[op.weights, built.constant(op.weights, 'int8', quantization, weights)]]);
  if (op.bias !== null && bias !== null) {
    constants.set(op.bias, built.constant(op.bias, 'int32', biasQuantization, bias));
  }
  return constants;
}
