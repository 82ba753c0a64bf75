import type { QuantizedMultiplier } from '../arith';
import { quantizeMultiplier } from '../arith';
import type { FullyConnectedParameters } from '../contract/op-parameters';
import { at, ModelFormatError, UnsupportedModelError } from '../errors';
import type { FullyConnectedOp, Graph, TensorId } from '../model';
import { effectiveBias } from './accumulator';
import { int32Constant, int8Constant, quantizationOf, scaleOf, tensorOf, zeroPointOf } from './constants';
import { outputRange } from './output-range';

export interface LoweredFullyConnected {
  readonly kind: 'fullyConnected';
  readonly op: FullyConnectedOp;
  readonly parameters: FullyConnectedParameters;
}

/**
 * Integer parameters of a dense layer: `sat8(mbqm(sum (x - z_x) w + b, m) + z_y)`, clamped by the fused activation, with
 * m from `s_x * s_w / s_y` in float64. TFLite `fully_connected.cc`, `PrepareImpl`.
 *
 * @throws ModelFormatError if a tensor or scale is missing, sizes disagree, or an accumulator could wrap;
 * UnsupportedModelError for weights with a zero point.
 */
export function lowerFullyConnected(op: FullyConnectedOp, graph: Graph): LoweredFullyConnected {
  const weights = int8Constant(graph, op.weights);
  const [outputs = 0, inputs = 0] = tensorOf(graph, op.weights).shape;
  const bias = op.bias === null ? new Int32Array(outputs) : int32Constant(graph, op.bias);
  if (bias.length !== outputs) {
    throw new ModelFormatError(`${op.name}: ${bias.length} bias values for ${outputs} outputs`);
  }
  const parameters = {
    inputs,
    outputs,
    weights,
    bias: effectiveBias(`${op.name} weights`, weights, bias, -zeroPointOf(graph, op.input)),
    multipliers: channelMultipliers(op.name, graph, op, { axis: 0, channels: outputs }),
    outputZeroPoint: zeroPointOf(graph, op.output),
    outputRange: outputRange(op.activation, graph, op.output),
  };
  return { kind: 'fullyConnected', op, parameters };
}

/**
 * One multiplier per output channel, from `s_x * s_w / s_y` in float64.
 *
 * @throws ModelFormatError if the weight scales do not run along `axis`; UnsupportedModelError for weights with a zero
 * point, which int8 weights of the TFLite quantization specification never have.
 */
export function channelMultipliers(
  subject: string,
  graph: Graph,
  {
    input,
    weights,
    output,
  }: { readonly input: TensorId; readonly weights: TensorId; readonly output: TensorId },
  { axis, channels }: { readonly axis: number; readonly channels: number },
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
  if (scales.length !== 1 && (scales.length !== channels || quantization.axis !== axis)) {
    throw new ModelFormatError(
      `${subject}: ${scales.length} weight scales along dimension ${String(quantization.axis)}; ` +
        `one, or ${channels} along dimension ${axis}, are expected`,
    );
  }
  const [inputScale, outputScale] = [scaleOf(graph, input), scaleOf(graph, output)];
  const multipliers = scales.map((scale) => quantizeMultiplier((inputScale * scale) / outputScale));
  return Array.from({ length: channels }, (_, channel) => at(multipliers, scales.length === 1 ? 0 : channel));
}
