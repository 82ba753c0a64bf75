import { at } from '../../../errors';
import type { NdArray } from '../../nd-array';
import { reshaped } from '../../nd-array';
import type { NodeReader } from '../node-reader';
import { scalarOf } from '../node-reader';
import type { View } from '../../view';
import { binaryOf } from './binary';
import { elementwise } from './unary';

/** ReduceMean over some dimensions. */
export function readReduceMean(node: NodeReader): void {
  const view = node.activation(0, 'data');
  const rank = view.axes.length;
  const stated = node.settings('axes', 1);
  const keepsDims = node.int('keepdims', 1) !== 0;
  const isNoop = node.int('noop_with_empty_axes', 0) !== 0;
  node.requireAllRead();
  const none = stated === null || stated.length === 0;
  if (none && isNoop) {
    node.outputView(0, view);
    return;
  }
  const axes = (none ? [...view.axes.keys()] : stated).map((axis) => node.axis(axis, rank));
  node.outputView(0, meanOf(node, view, axes, keepsDims));
}

function meanOf({ assembler }: NodeReader, view: View, axes: readonly number[], keepsDims: boolean): View {
  const sourceAxes = axes.flatMap((axis) => view.axes[axis] ?? []);
  const mean =
    sourceAxes.length === 0
      ? view
      : {
          ...assembler.emit('mean', { input: view.source, axes: sourceAxes, keepDims: true }),
          axes: view.axes,
        };
  return keepsDims ? mean : { ...mean, axes: mean.axes.filter((_, axis) => !axes.includes(axis)) };
}

/** LayerNormalization: `(x - mean) / sqrt(variance + epsilon) * scale + B` over the dimensions from one on. */
export function readLayerNormalization(node: NodeReader): void {
  node.requireInputs(2, 3);
  const view = node.activation(0, 'X');
  const first = node.axis(node.int('axis', -1), view.axes.length);
  const epsilon = node.float('epsilon', Math.fround(1e-5));
  node.int('stash_type', 1);
  const [scale, bias] = [node.constant(1, 'scale'), node.optionalConstant(2, 'B')];
  node.requireAllRead();
  if (node.isUsed(1) || node.isUsed(2))
    node.refuse('its mean and deviation are used; its first output alone is read');
  const axes = [...view.axes.keys()].slice(first);
  const centred = binaryOf(node, 'subtract', view, meanOf(node, view, axes, true));
  const squares = elementwise(node, 'floatUnary', centred, { function: 'square' });
  const variance = binaryOf(node, 'add', meanOf(node, squares, axes, true), single(epsilon));
  const inverse = elementwise(node, 'floatUnary', variance, { function: 'rsqrt' });
  const scaled = binaryOf(node, 'multiply', binaryOf(node, 'multiply', centred, inverse), scale);
  node.outputView(0, bias === null ? scaled : binaryOf(node, 'add', scaled, bias));
}

/** BatchNormalization at inference: a factor and a summand per channel, dimension 1. */
export function readBatchNormalization(node: NodeReader): void {
  node.requireInputs(5);
  const epsilon = node.float('epsilon', Math.fround(1e-5));
  node.float('momentum', 0.9);
  const isTraining = node.int('training_mode', 0) !== 0;
  const isSpatial = node.int('spatial', 1) !== 0;
  node.requireAllRead();
  if (isTraining || !isSpatial || [1, 2, 3, 4].some((slot) => node.isUsed(slot))) {
    node.refuse('it computes statistics of its input; export the model for inference');
  }
  const [scale, bias, mean, variance] = ['scale', 'B', 'mean', 'var'].map(
    (role, slot) => node.constant(slot + 1, role).data,
  );
  const view = node.activation(0, 'X');
  const channels = scale?.length ?? 0;
  if (scale === undefined || bias === undefined || mean === undefined || variance === undefined)
    return node.fail('it lacks statistics');
  if ([bias, mean, variance].some(({ length }) => length !== channels))
    node.fail('its statistics differ in number');
  const factors = Float32Array.from(
    scale,
    (value, channel) => value / Math.sqrt(at(variance, channel) + epsilon),
  );
  const summands = Float32Array.from(
    bias,
    (value, channel) => value - at(mean, channel) * at(factors, channel),
  );
  const shape = [channels, ...view.axes.slice(2).map(() => 1)];
  const perChannel = (data: Float32Array): NdArray => ({ shape, type: 'float', data });
  node.outputView(
    0,
    binaryOf(node, 'add', binaryOf(node, 'multiply', view, perChannel(factors)), perChannel(summands)),
  );
}

function single(value: number): NdArray {
  return { shape: [1], type: 'float', data: Float32Array.of(value) };
}

/** Pad: zeros, or another constant, around some dimensions. */
export function readPad(node: NodeReader): void {
  const view = node.activation(0, 'data');
  const rank = view.axes.length;
  const mode = node.string('mode', 'constant');
  if (mode !== 'constant') node.refuse(`its mode is ${JSON.stringify(mode)}; constant is expected`);
  const stated = node.settings('pads', 1) ?? node.fail('its pads are missing');
  const fill = node.hasInput(2)
    ? scalarOf(node, node.constant(2, 'constant_value'), 'constant_value')
    : node.float('value', 0);
  const axes = node.optionalConstant(3, 'axes');
  node.requireAllRead();
  const named =
    axes === null ? [...view.axes.keys()] : Array.from(axes.data, (axis) => node.axis(axis, rank));
  if (stated.length !== 2 * named.length || stated.some((count) => count < 0)) {
    node.refuse(
      `its pads are [${stated.join(', ')}]; ${2 * named.length} numbers, none negative, are expected`,
    );
  }
  if (stated.every((count) => count === 0)) {
    node.outputView(0, view);
    return;
  }
  const { assembler } = node;
  const hasOwnDimension = named.every(
    (axis, index) => view.axes[axis] !== null || at(stated, index) + at(stated, index + named.length) === 0,
  );
  const padded = hasOwnDimension ? view : assembler.whole(assembler.materialize(view));
  const paddings = padded.sourceShape.map((_, sourceAxis): [number, number] => {
    const index = named.findIndex((axis) => padded.axes[axis] === sourceAxis);
    return index === -1 ? [0, 0] : [at(stated, index), at(stated, index + named.length)];
  });
  const value =
    fill === 0 ? null : assembler.constant(`${assembler.nameOf('pad')}/value`, reshaped(single(fill), [1]));
  node.outputView(0, {
    ...assembler.emit('pad', { input: padded.source, paddings, value }),
    axes: padded.axes,
  });
}
