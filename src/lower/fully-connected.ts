import type { DenseParameters, FullyConnectedParameters } from '../contract/op-parameters';
import { ModelFormatError } from '../errors';
import type { FullyConnectedOp, Graph } from '../model';
import { effectiveBias } from './accumulator';
import { channelMultipliers } from './channel-multipliers';
import { int32Constant, int8Constant, tensorOf, zeroPointOf } from './constants';
import { float32Product } from './float32';
import { outputRange } from './output-range';

export interface LoweredFullyConnected {
  readonly kind: 'fullyConnected';
  readonly op: FullyConnectedOp;
  readonly parameters: FullyConnectedParameters;
}

export interface LoweredFullyConnectedInt16 {
  readonly kind: 'fullyConnectedInt16';
  readonly op: FullyConnectedOp;
  readonly parameters: DenseParameters;
}

/**
 * Integer parameters of a dense layer: `sat8(mbqm(sum (x - z_x) w + b, m) + z_y)`, clamped by the fused activation, with
 * m from `s_x * s_w / s_y` in float64; with one weight scale for the layer TFLite first rounds `s_x * s_w` to float32.
 * TFLite `fully_connected.cc`, `PrepareImpl`, and `kernel_util.cc`, `GetQuantizedConvolutionMultipler`.
 *
 * @throws ModelFormatError if a tensor or scale is missing, sizes disagree, or an accumulator could wrap;
 * UnsupportedModelError for weights with a zero point.
 */
export function lowerFullyConnected(op: FullyConnectedOp, graph: Graph): LoweredFullyConnected {
  const parameters = {
    ...denseParameters(op, graph),
    outputZeroPoint: zeroPointOf(graph, op.output),
    outputRange: outputRange(op.activation, graph, op.output),
  };
  return { kind: 'fullyConnected', op, parameters };
}

/** {@link lowerFullyConnected} with int16 outputs of zero point 0, which saturate; TFLite has no such layer. */
export function lowerFullyConnectedInt16(op: FullyConnectedOp, graph: Graph): LoweredFullyConnectedInt16 {
  return { kind: 'fullyConnectedInt16', op, parameters: denseParameters(op, graph) };
}

function denseParameters(op: FullyConnectedOp, graph: Graph): DenseParameters {
  const weights = int8Constant(graph, op.weights);
  const [outputs = 0, inputs = 0] = tensorOf(graph, op.weights).shape;
  const bias = op.bias === null ? new Int32Array(outputs) : int32Constant(graph, op.bias);
  if (bias.length !== outputs) {
    throw new ModelFormatError(`${op.name}: ${bias.length} bias values for ${outputs} outputs`);
  }
  return {
    inputs,
    outputs,
    weights,
    bias: effectiveBias(`${op.name} weights`, weights, bias, -zeroPointOf(graph, op.input)),
    multipliers: channelMultipliers(op.name, graph, op, { axis: 0, channels: outputs }, float32Product),
  };
}
