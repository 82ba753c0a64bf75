import { at } from '../../../errors';
import type { LayerScope } from '../layer-scope';
import type { Value } from '../keras-graph';
import { activationRefusals, splitActivation } from './activations';
import type { LayerKind } from './layer-kind';
import { ownWeights } from './layer-kind';
import { transposed } from './matrix';

/** Dense: `activation(x K + b)` over the last dimension; Keras keeps K as `[inputs, units]`. */
export const denseKind: LayerKind = {
  weightParts: ownWeights,
  refusals: activationRefusals,
  isRowwise: true,
  build(scope) {
    const units = scope.config.count('units');
    const { input } = scope;
    if (input.shape.length < 2) throw scope.broken('has an input without features');
    const features = at(input.shape, input.shape.length - 1);
    const useBias = scope.config.flag('use_bias', true);
    scope.requireWeights(useBias ? 2 : 1);
    const kernel = scope.weight(0, 'kernel', [features, units]);
    const bias = useBias ? scope.weight(1, 'bias', [units]) : null;
    return [denseOf(scope, input, { kernel, bias, features, units })];
  },
};

/** A dense layer with its activation; the kernel is `[features, units]`. */
export function denseOf(
  scope: LayerScope,
  input: Value,
  {
    kernel,
    bias,
    features,
    units,
  }: {
    readonly kernel: Float32Array;
    readonly bias: Float32Array | null;
    readonly features: number;
    readonly units: number;
  },
): Value {
  const { fused, apply, isSeparate } = splitActivation(scope.config);
  const weights = scope.constant('kernel', [units, features], () => transposed(kernel, features, units));
  const biasId = bias === null ? null : scope.constant('bias', [units], () => bias);
  const shape = input.shape.with(input.shape.length - 1, units);
  const sums = scope.make(isSeparate ? 'sums' : '', shape, (output) => ({
    kind: 'fullyConnected',
    input: input.id,
    weights,
    bias: biasId,
    output,
    activation: fused,
    keepDims: input.shape.length > 2,
  }));
  return apply(scope, sums, '');
}
