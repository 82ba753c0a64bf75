import { at } from '../../../errors';
import type { SliceDimension } from '../../../model';
import type { Value } from '../keras-graph';
import type { LayerConfig } from '../layer-config';
import type { LayerScope } from '../layer-scope';
import { activationRefusals, splitActivation } from './activations';
import { denseOf } from './dense';
import type { LayerKind } from './layer-kind';
import { ownWeights } from './layer-kind';
import { transposed } from './matrix';

const WHOLE: SliceDimension = { kind: 'range', begin: null, end: null, stride: 1 };

interface Geometry {
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: 'valid' | 'same' | 'causal';
  readonly useBias: boolean;
}

/** Conv1D along time, of all channels together or of each on its own. Keras keeps kernels as `[taps, channels, filters]`. */
export const conv1dKind: LayerKind = {
  weightParts: ownWeights,
  isRowwise: false,
  refusals: (config) => [...convolutionRefusals(config), ...activationRefusals(config)],
  build(scope) {
    const filters = scope.config.count('filters');
    const groups = scope.config.count('groups', 1);
    const geometry = geometryOf(scope.config);
    const input = scope.inputOfRank(3);
    const channels = at(input.shape, 2);
    scope.requireWeights(geometry.useBias ? 2 : 1);
    const bias = geometry.useBias ? scope.weight(1, 'bias', [filters]) : null;
    const { taps, stride } = geometry;
    if (groups === channels && filters % channels === 0 && groups > 1) {
      const kernel = scope.weight(0, 'kernel', [taps, 1, filters]);
      return [convolution(scope, geometry, { kernel, bias, filters, isDepthwise: true })];
    }
    if (groups !== 1) {
      scope.refuse(
        `has ${groups} groups of ${channels} channels; one group, or one for each channel, is read`,
      );
    }
    const kernel = scope.weight(0, 'kernel', [taps, channels, filters]);
    // One tap is a dense layer at every timestep.
    if (taps === 1 && stride === 1) {
      return [denseOf(scope, input, { kernel, bias, features: channels, units: filters })];
    }
    return [convolution(scope, geometry, { kernel, bias, filters, isDepthwise: false })];
  },
};

/** DepthwiseConv1D; its kernel is `[taps, channels, multiplier]`. */
export const depthwiseConv1dKind: LayerKind = {
  weightParts: ownWeights,
  isRowwise: false,
  refusals: (config) => [...convolutionRefusals(config), ...activationRefusals(config)],
  build(scope) {
    const geometry = geometryOf(scope.config);
    const multiplier = scope.config.count('depth_multiplier', 1);
    const channels = at(scope.inputOfRank(3).shape, 2);
    const filters = channels * multiplier;
    scope.requireWeights(geometry.useBias ? 2 : 1);
    const kernel = scope.weight(0, 'kernel', [geometry.taps, channels, multiplier]);
    const bias = geometry.useBias ? scope.weight(1, 'bias', [filters]) : null;
    return [convolution(scope, geometry, { kernel, bias, filters, isDepthwise: true })];
  },
};

function convolutionRefusals(config: LayerConfig): string[] {
  const refusals: string[] = [];
  const format = config.text('data_format', 'channels_last');
  if (format !== 'channels_last') {
    refusals.push(`its data_format is ${format}; channels_last is expected, permute the values before it`);
  }
  const padding = config.text('padding', 'valid');
  if (!['valid', 'same', 'causal'].includes(padding)) {
    refusals.push(`its padding is ${padding}; valid, same or causal is expected`);
  }
  return refusals;
}

function geometryOf(config: LayerConfig): Geometry {
  return {
    taps: config.single('kernel_size'),
    stride: config.single('strides', 1),
    dilation: config.single('dilation_rate', 1),
    padding: config.text('padding', 'valid') as Geometry['padding'],
    useBias: config.flag('use_bias', true),
  };
}

interface Filters {
  readonly kernel: Float32Array;
  readonly bias: Float32Array | null;
  readonly filters: number;
  readonly isDepthwise: boolean;
}

/** The convolution over pictures of height 1, with the past in front of it where it is causal. */
function convolution(
  scope: LayerScope,
  geometry: Geometry,
  { kernel, bias, filters, isDepthwise }: Filters,
): Value {
  const { taps, stride, dilation, padding } = geometry;
  const { fused, apply, isSeparate } = splitActivation(scope.config);
  const reach = (taps - 1) * dilation;
  const input = padding === 'causal' && reach > 0 ? withPast(scope, scope.input, reach) : scope.input;
  const [batch = 1, timesteps = 1, channels = 1] = input.shape;
  const steps = Math.ceil((padding === 'same' ? timesteps : timesteps - reach) / stride);
  if (steps < 1) {
    scope.refuse(
      `looks at ${reach + 1} timesteps, the model states ${timesteps}; say how many it is to have: { timesteps }`,
    );
  }
  const picture = scope.make('picture', [batch, 1, timesteps, channels], (output) => ({
    kind: 'slice',
    input: input.id,
    output,
    dimensions: [WHOLE, { kind: 'newAxis' }],
  }));
  const filtered = scope.value('filtered', [batch, 1, steps, filters]);
  const shared = {
    input: picture.id,
    bias: bias === null ? null : scope.constant('bias', [filters], () => bias),
    output: filtered.id,
    activation: fused,
    stride: [1, stride],
    dilation: [1, dilation],
    padding: padding === 'same' ? 'same' : 'valid',
  } as const;
  if (isDepthwise) {
    // [taps, channels, multiplier] is [1, 1, taps, outputs] as it stands: outputs of a channel are neighbours.
    const weights = scope.constant('kernel', [1, 1, taps, filters], () => kernel);
    scope.op('filter', { kind: 'depthwiseConv2d', weights, ...shared });
  } else {
    const weights = scope.constant('kernel', [filters, 1, taps, channels], () =>
      transposed(kernel, taps * channels, filters),
    );
    scope.op('filter', { kind: 'conv2d', weights, ...shared });
  }
  const sequence = scope.make(isSeparate ? 'sums' : '', [batch, steps, filters], (output) => ({
    kind: 'slice',
    input: filtered.id,
    output,
    dimensions: [WHOLE, { kind: 'index', index: 0 }],
  }));
  return apply(scope, sequence, '');
}

/** `steps` timesteps of zeros before the first. */
function withPast(scope: LayerScope, { id, shape }: Value, steps: number): Value {
  return scope.make('past', shape.with(1, at(shape, 1) + steps), (output) => ({
    kind: 'pad',
    input: id,
    output,
    paddings: [
      [0, 0],
      [steps, 0],
      [0, 0],
    ],
    value: null,
  }));
}
