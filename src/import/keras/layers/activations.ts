import type { FusedActivation } from '../../../model';
import type { Value } from '../keras-graph';
import type { LayerConfig } from '../layer-config';
import type { LayerScope } from '../layer-scope';
import type { LayerKind } from './layer-kind';
import { noRefusals, noWeights } from './layer-kind';

/** Slope of `leaky_relu` as an activation by name. */
const LEAKY_RELU_SLOPE = 0.2;
/** Slope of the LeakyReLU layer unless it says otherwise. */
const LEAKY_LAYER_SLOPE = 0.3;

/** Functions by Keras' names; each adds its ops to the layer's. */
const ACTIVATIONS: Readonly<Record<string, (scope: LayerScope, value: Value, part: string) => Value>> = {
  linear: (_, value) => value,
  relu: (scope, { id, shape }, part) =>
    scope.make(part, shape, (output) => ({ kind: 'relu', bound: 'relu', input: id, output })),
  relu6: (scope, { id, shape }, part) =>
    scope.make(part, shape, (output) => ({ kind: 'relu', bound: 'relu6', input: id, output })),
  sigmoid: (scope, { id, shape }, part) =>
    scope.make(part, shape, (output) => ({ kind: 'logistic', input: id, output })),
  tanh: (scope, { id, shape }, part) =>
    scope.make(part, shape, (output) => ({ kind: 'tanh', input: id, output })),
  softmax: (scope, { id, shape }, part) =>
    scope.make(part, shape, (output) => ({ kind: 'softmax', beta: 1, input: id, output })),
  leaky_relu: (scope, value, part) => leakyRelu(scope, value, part, LEAKY_RELU_SLOPE),
  hard_silu: (scope, value, part) => hardSwish(scope, value, part),
  hard_swish: (scope, value, part) => hardSwish(scope, value, part),
  silu: (scope, value, part) => silu(scope, value, part),
  swish: (scope, value, part) => silu(scope, value, part),
};

/** Activations that an op applies to its own output. */
const FUSED: Readonly<Record<string, FusedActivation>> = { linear: 'none', relu: 'relu', relu6: 'relu6' };

function leakyRelu(scope: LayerScope, { id, shape }: Value, part: string, slope: number): Value {
  const alpha = Math.fround(slope);
  return scope.make(part, shape, (output) => ({ kind: 'leakyRelu', alpha, input: id, output }));
}

function hardSwish(scope: LayerScope, { id, shape }: Value, part: string): Value {
  return scope.make(part, shape, (output) => ({ kind: 'hardSwish', input: id, output }));
}

/** `x * logistic(x)` */
function silu(scope: LayerScope, { id, shape }: Value, part: string): Value {
  const gate = scope.make(`${part}gate`, shape, (output) => ({ kind: 'logistic', input: id, output }));
  return scope.make(part, shape, (output) => ({
    kind: 'binary',
    operation: 'multiply',
    left: id,
    right: gate.id,
    output,
    activation: 'none',
  }));
}

/** Why a layer's activation is not read; empty if it is. */
export function activationRefusals(config: LayerConfig): string[] {
  const name = config.functionName('activation', 'linear');
  if (Object.hasOwn(ACTIVATIONS, name)) return [];
  const known = Object.keys(ACTIVATIONS).join(', ');
  return [`its activation is ${name}; one of ${known} is expected, train the layer with it`];
}

/** What of a layer's activation its op can do itself, and the rest as ops of their own. */
export function splitActivation(config: LayerConfig): {
  readonly fused: FusedActivation;
  readonly apply: (scope: LayerScope, value: Value, part: string) => Value;
  /** Whether `apply` adds an op. */
  readonly isSeparate: boolean;
} {
  const name = config.functionName('activation', 'linear');
  const fused = FUSED[name];
  const separate = ACTIVATIONS[name];
  if (fused !== undefined || separate === undefined) {
    return { fused: fused ?? 'none', apply: (_, value) => value, isSeparate: false };
  }
  return { fused: 'none', apply: separate, isSeparate: true };
}

/** Activation: the function that it is named for. */
export const activationKind: LayerKind = {
  weightParts: noWeights,
  refusals: activationRefusals,
  isRowwise: true,
  build(scope) {
    const name = scope.config.functionName('activation', 'linear');
    return [ACTIVATIONS[name]?.(scope, scope.input, '') ?? scope.input];
  },
};

/** Softmax over the features. */
export const softmaxKind: LayerKind = {
  weightParts: noWeights,
  refusals: (config) =>
    config.wholeNumbers('axis', [-1]).join() === '-1'
      ? []
      : ['its axis is not the last one; permute the values before it'],
  isRowwise: true,
  build: (scope) => [ACTIVATIONS['softmax']?.(scope, scope.input, '') ?? scope.input],
};

/** ReLU with Keras' three settings: bound, slope of the negative half, and where it begins. */
export const reluKind: LayerKind = {
  weightParts: noWeights,
  refusals(config) {
    const bound = config.has('max_value') ? config.number('max_value', 6) : null;
    const slope = config.number('negative_slope', 0);
    const isPlain = (bound === null || bound === 6) && slope === 0;
    const isLeaky = bound === null && slope > 0;
    if (config.number('threshold', 0) === 0 && (isPlain || isLeaky)) return [];
    return ['ReLU, ReLU6 (max_value 6) and a negative slope without bound are read; use one of these'];
  },
  isRowwise: true,
  build(scope) {
    const slope = scope.config.number('negative_slope', 0);
    if (slope > 0) return [leakyRelu(scope, scope.input, '', slope)];
    const name = scope.config.has('max_value') ? 'relu6' : 'relu';
    return [ACTIVATIONS[name]?.(scope, scope.input, '') ?? scope.input];
  },
};

/** LeakyReLU; its slope is `alpha` in Keras 2 and `negative_slope` in Keras 3. */
export const leakyReluKind: LayerKind = {
  weightParts: noWeights,
  refusals: noRefusals,
  isRowwise: true,
  build(scope) {
    const slope = scope.config.number('negative_slope', scope.config.number('alpha', LEAKY_LAYER_SLOPE));
    return [leakyRelu(scope, scope.input, '', slope)];
  },
};
