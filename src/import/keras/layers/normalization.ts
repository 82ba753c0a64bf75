import { at } from '../../../errors';
import type { Value } from '../keras-graph';
import type { LayerConfig } from '../layer-config';
import type { LayerScope } from '../layer-scope';
import type { LayerKind } from './layer-kind';
import { ownWeights } from './layer-kind';
import { binary } from './merge';

/** Keras' default of both layers. */
const EPSILON = 1e-3;

/** Weights that both layers have if their settings say so. */
function scaleAndCenter(config: LayerConfig): { readonly scale: boolean; readonly center: boolean } {
  return { scale: config.flag('scale', true), center: config.flag('center', true) };
}

/** LayerNormalization over the features: `gamma (x - mean) / sqrt(variance + epsilon) + beta`, in float ops. */
export const layerNormalizationKind: LayerKind = {
  weightParts: (config) => (Object.values(scaleAndCenter(config)).some((has) => has) ? [''] : []),
  isRowwise: true,
  refusals: (config) =>
    config.flag('rms_scaling', false)
      ? ['scales by the root mean square; normalize by mean and variance']
      : [],
  build(scope) {
    const { input } = scope;
    const axis = input.shape.length - 1;
    const [normalized, ...others] = scope.config.wholeNumbers('axis', [-1]);
    if (others.length > 0 || (normalized !== -1 && normalized !== axis)) {
      scope.refuse('its axis is not the last one alone; normalize over the features');
    }
    return [affine(scope, standardized(scope, input, axis), at(input.shape, axis))];
  },
};

/** `(x - mean) / sqrt(variance + epsilon)` of each row. */
function standardized(scope: LayerScope, input: Value, axis: number): Value {
  const rows = input.shape.with(axis, 1);
  const meanOf = (value: Value, part: string): Value =>
    scope.make(part, rows, (output) => ({
      kind: 'mean',
      input: value.id,
      output,
      axes: [axis],
      keepDims: true,
    }));
  const mean = meanOf(input, 'mean');
  const variance = meanOf(binary(scope, 'squaredDifference', input, mean, 'squares'), 'variance');
  const epsilon: Value = { id: scope.scalar('epsilon', scope.config.number('epsilon', EPSILON)), shape: [1] };
  const padded = binary(scope, 'add', variance, epsilon, 'variance and epsilon');
  const factor = scope.make('factor', rows, (output) => ({
    kind: 'floatUnary',
    function: 'rsqrt',
    input: padded.id,
    output,
  }));
  return binary(
    scope,
    'multiply',
    binary(scope, 'subtract', input, mean, 'centered'),
    factor,
    'standardized',
  );
}

/** `gamma x + beta`, as far as the layer has them, as its result. */
function affine(scope: LayerScope, value: Value, features: number): Value {
  const { scale, center } = scaleAndCenter(scope.config);
  scope.requireWeights(Number(scale) + Number(center));
  const scaled = scale
    ? combined(scope, 'multiply', value, 'gamma', scope.weight(0, 'gamma', [features]))
    : value;
  const beta = center ? scope.weight(Number(scale), 'beta', [features]) : null;
  const result = beta === null ? scaled : combined(scope, 'add', scaled, 'beta', beta);
  scope.rename(result.id, scope.name);
  return result;
}

function combined(
  scope: LayerScope,
  operation: 'add' | 'multiply',
  value: Value,
  role: string,
  values: Float32Array,
): Value {
  const constant: Value = { id: scope.constant(role, [values.length], () => values), shape: [values.length] };
  return binary(scope, operation, value, constant, `with ${role}`);
}

/** BatchNormalization with what it learned: a factor and an offset for each feature. */
export const batchNormalizationKind: LayerKind = {
  weightParts: ownWeights,
  isRowwise: true,
  refusals: () => [],
  build(scope) {
    const { input, config } = scope;
    const axis = input.shape.length - 1;
    const [normalized, ...others] = config.wholeNumbers('axis', [-1]);
    if (others.length > 0 || (normalized !== -1 && normalized !== axis)) {
      scope.refuse('its axis is not the last one; permute the values before it');
    }
    const features = at(input.shape, axis);
    const { scale, center } = scaleAndCenter(config);
    const learned = Number(scale) + Number(center);
    scope.requireWeights(learned + 2);
    const gamma = scale ? scope.weight(0, 'gamma', [features]) : null;
    const beta = center ? scope.weight(Number(scale), 'beta', [features]) : null;
    const mean = scope.weight(learned, 'moving mean', [features]);
    const variance = scope.weight(learned + 1, 'moving variance', [features]);
    const epsilon = config.number('epsilon', EPSILON);
    const factor = Float32Array.from(
      variance,
      (value, index) => (gamma?.[index] ?? 1) / Math.sqrt(value + epsilon),
    );
    const offset = Float32Array.from(
      mean,
      (value, index) => (beta?.[index] ?? 0) - value * at(factor, index),
    );
    const result = combined(
      scope,
      'add',
      combined(scope, 'multiply', input, 'factor', factor),
      'offset',
      offset,
    );
    scope.rename(result.id, scope.name);
    return [result];
  },
};
