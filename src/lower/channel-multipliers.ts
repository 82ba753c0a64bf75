import type { QuantizedMultiplier } from '../arith';
import { at, ModelFormatError, UnsupportedModelError } from '../errors';
import type { Graph, TensorId } from '../model';
import { quantizationOf, scaleOf } from './constants';
import { effectiveMultiplier } from './effective-multiplier';

/** Where the scales of a layer's multipliers come from. */
export interface WeightedTensors {
  readonly input: TensorId;
  readonly weights: TensorId;
  readonly output: TensorId;
}

/**
 * One multiplier per output channel, from `s_x * s_w / s_y` in float64.
 *
 * @param axis dimension of the weights that scales per channel run along
 * @param layerProduct how `s_x * s_w` is formed where one scale is the whole layer's
 * @throws ModelFormatError if the weight scales do not run along `axis`; UnsupportedModelError for weights with a zero
 * point, which int8 weights of the TFLite quantization specification never have.
 */
export function channelMultipliers(
  subject: string,
  graph: Graph,
  { input, weights, output }: WeightedTensors,
  { axis, channels }: { readonly axis: number; readonly channels: number },
  layerProduct: (inputScale: number, weightScale: number) => number = (a, b) => a * b,
): QuantizedMultiplier[] {
  const quantization = quantizationOf(graph, weights);
  const { scales, zeroPoints } = quantization;
  if (zeroPoints.some((zeroPoint) => zeroPoint !== 0)) {
    throw new UnsupportedModelError([
      {
        subject,
        reason: 'its weights have a zero point; symmetric int8 weights are expected, requantize the model',
      },
    ]);
  }
  const [inputScale, outputScale] = [scaleOf(graph, input), scaleOf(graph, output)];
  if (scales.length === 1) {
    const multiplier = effectiveMultiplier(subject, layerProduct(inputScale, at(scales, 0)) / outputScale);
    return Array<QuantizedMultiplier>(channels).fill(multiplier);
  }
  if (scales.length !== channels || quantization.axis !== axis) {
    throw new ModelFormatError(
      `${subject}: ${scales.length} weight scales along dimension ${String(quantization.axis)}; ` +
        `one, or ${channels} along dimension ${axis}, are expected`,
    );
  }
  return scales.map((scale) => effectiveMultiplier(subject, (inputScale * scale) / outputScale));
}
