import { at } from '../../../errors';
import { elementCount } from '../../../model/shapes';
import type { Value } from '../keras-graph';
import type { LayerScope } from '../layer-scope';
import type { LayerKind } from './layer-kind';
import { noRefusals, noWeights } from './layer-kind';
import { concatenated } from './merge';

function reshaped(scope: LayerScope, input: Value, shape: readonly number[]): Value {
  return scope.make('', shape, (output) => ({ kind: 'reshape', input: input.id, output, shape }));
}

const PLAIN = { weightParts: noWeights, refusals: noRefusals, isRowwise: false } as const;

/** Reshape of everything but the batch; one size may be -1. */
export const reshapeKind: LayerKind = {
  ...PLAIN,
  build(scope) {
    const { input } = scope;
    const [batch = 1, ...sizes] = input.shape;
    const target = scope.config.wholeNumbers('target_shape');
    const known = elementCount(target.filter((size) => size !== -1));
    const shape = target.map((size) => (size === -1 ? elementCount(sizes) / known : size));
    if (
      elementCount(shape) === elementCount(sizes) &&
      shape.every((size) => Number.isInteger(size) && size > 0)
    ) {
      return [reshaped(scope, input, [batch, ...shape])];
    }
    throw scope.broken(`cannot give [${sizes.join(', ')}] the shape [${target.join(', ')}]`);
  },
};

export const flattenKind: LayerKind = {
  ...PLAIN,
  build(scope) {
    const [batch = 1, ...sizes] = scope.input.shape;
    return [reshaped(scope, scope.input, [batch, elementCount(sizes)])];
  },
};

/** Permute of everything but the batch; Keras counts from 1. */
export const permuteKind: LayerKind = {
  ...PLAIN,
  build(scope) {
    const { input } = scope;
    const permutation = [0, ...scope.config.wholeNumbers('dims')];
    const axes = new Set(permutation);
    if (axes.size !== input.shape.length || !input.shape.every((_, axis) => axes.has(axis))) {
      throw scope.broken(`its dims [${permutation.slice(1).join(', ')}] do not order its input's dimensions`);
    }
    const shape = permutation.map((axis) => at(input.shape, axis));
    return [scope.make('', shape, (output) => ({ kind: 'transpose', input: input.id, output, permutation }))];
  },
};

/** More copies than any sequence has timesteps. */
const MOST_COPIES = 4096;

/** RepeatVector: the features at each of `n` timesteps. */
export const repeatVectorKind: LayerKind = {
  ...PLAIN,
  build(scope) {
    const input = scope.inputOfRank(2);
    const copies = scope.config.count('n');
    if (copies > MOST_COPIES) scope.refuse(`makes ${copies} copies; at most ${MOST_COPIES} are read`);
    const [batch = 1, features = 1] = input.shape;
    const timestep = scope.make('timestep', [batch, 1, features], (output) => ({
      kind: 'slice',
      input: input.id,
      output,
      dimensions: [{ kind: 'range', begin: null, end: null, stride: 1 }, { kind: 'newAxis' }],
    }));
    return [concatenated(scope, Array<Value>(copies).fill(timestep), 1)];
  },
};

/** GlobalAveragePooling1D: the mean over time. */
export const globalAverageKind: LayerKind = {
  ...PLAIN,
  build(scope) {
    const input = scope.inputOfRank(3);
    const keepDims = scope.config.flag('keepdims', false);
    const [batch = 1, , features = 1] = input.shape;
    const shape = keepDims ? [batch, 1, features] : [batch, features];
    return [
      scope.make('', shape, (output) => ({ kind: 'mean', input: input.id, output, axes: [1], keepDims })),
    ];
  },
};
