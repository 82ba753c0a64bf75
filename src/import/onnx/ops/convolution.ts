import { at } from '../../../errors';
import type { ConvolutionGeometry, TensorId } from '../../../model';
import { paddingBefore, outputSteps } from '../../../model/convolution-geometry';
import type { NdArray } from '../../nd-array';
import { reshaped, transposed } from '../../nd-array';
import type { NodeReader } from '../node-reader';
import type { View } from '../../view';
import { transposedView } from '../../view';
import { denseLayer } from './dense';

type Pair = readonly [height: number, width: number];
type Pads = readonly [before: Pair, after: Pair];

/**
 * Conv over one or two dimensions, channels first; a 1-D one has a height of 1 here. The graph's convolutions have their
 * channels last, and so do the tensors between two of them.
 */
export function readConv(node: NodeReader): void {
  node.requireInputs(2, 3);
  const weights = node.constant(1, 'W');
  const spatial = weights.shape.length - 2;
  if (spatial !== 1 && spatial !== 2) {
    node.refuse(
      `its W has ${weights.shape.length} dimensions; a filter over one or two dimensions is expected`,
    );
  }
  const list = (name: string, otherwise: number): Pair =>
    asPair(node, node.ints(name), name, spatial, otherwise);
  const [stride, dilation] = [list('strides', 1), list('dilations', 1)];
  const kernel = asPair(node, weights.shape.slice(2), 'W', spatial, 1);
  const stated = node.ints('kernel_shape');
  if (stated !== null && stated.join() !== weights.shape.slice(2).join()) {
    node.fail(`its kernel_shape [${stated.join(', ')}] is not that of its W`);
  }
  const groups = node.int('group', 1);
  const autoPad = node.string('auto_pad', 'NOTSET');
  const pads = node.ints('pads');
  const bias = node.optionalConstant(2, 'B');
  node.requireAllRead();
  const input = node.activation(0, 'X');
  if (input.axes.length !== spatial + 2)
    node.fail(`its X has ${input.axes.length} dimensions, its W ${spatial + 2}`);
  const isPointwise = [...kernel, ...stride, groups].every((size) => size === 1);
  if (isPointwise && (pads ?? []).every((count) => count === 0)) {
    node.outputView(0, pointwise(node, input, weights, bias));
    return;
  }
  const image = channelsLast(input, spatial);
  const source = node.assembler.materialize(image);
  const sizes = node.assembler.tensor(source).shape;
  const geometry = { stride, dilation } as const;
  const padding = paddingOf(node, { autoPad, pads, spatial, geometry, kernel, sizes });
  const padded = padding.extra === null ? source : padImage(node, source, padding.extra);
  const output = convolve(node, padded, weights, bias, groups, { ...geometry, padding: padding.kind });
  node.outputView(0, { ...output, axes: spatial === 1 ? [0, 3, 2] : [0, 3, 1, 2] });
}

/** A filter of one step is a dense layer over the channels. */
function pointwise(node: NodeReader, input: View, weights: NdArray, bias: NdArray | null): View {
  const [outputs = 0, channels = 0] = weights.shape;
  requireBias(node, bias, outputs);
  const rank = input.axes.length;
  const spatial = [...input.axes.keys()].slice(2);
  const rows = transposedView(input, [0, ...spatial, 1]);
  const output = denseLayer(node, rows, reshaped(weights, [outputs, channels]), bias);
  return transposedView(output, [0, rank - 1, ...spatial.map((axis) => axis - 1)]);
}

function requireBias(node: NodeReader, bias: NdArray | null, outputs: number): void {
  if (bias === null || bias.shape.join() === String(outputs)) return;
  node.fail(`its B has the shape [${bias.shape.join(', ')}], [${outputs}] expected`);
}

/** One number per spatial dimension; a 1-D filter gets the other for its height. */
function asPair(
  node: NodeReader,
  values: readonly number[] | null,
  name: string,
  spatial: number,
  otherwise: number,
): Pair {
  if (values === null) return [otherwise, otherwise];
  const [first = otherwise, second] = values;
  if (values.length !== spatial || !values.every((value) => value >= 1)) {
    node.fail(`its ${name} [${values.join(', ')}] is not ${spatial} positive numbers`);
  }
  return second === undefined ? [1, first] : [first, second];
}

/** `[batch, height, width, channels]` of `[batch, channels, …]` */
function channelsLast(view: View, spatial: number): View {
  const [batch = null, channels = null, ...rest] = view.axes;
  const [first = null, second = null] = rest;
  return { ...view, axes: spatial === 1 ? [batch, null, first, channels] : [batch, first, second, channels] };
}

/** Padding that the graph's convolution does by itself, or zeros to put around the image before it. */
function paddingOf(
  node: NodeReader,
  options: {
    readonly autoPad: string;
    readonly pads: readonly number[] | null;
    readonly spatial: number;
    readonly geometry: Pick<ConvolutionGeometry, 'stride' | 'dilation'>;
    readonly kernel: Pair;
    readonly sizes: readonly number[];
  },
): { readonly kind: ConvolutionGeometry['padding']; readonly extra: Pads | null } {
  const { autoPad, pads, spatial, geometry, kernel, sizes } = options;
  switch (autoPad) {
    case 'VALID':
      return { kind: 'valid', extra: null };
    case 'SAME_UPPER':
      return { kind: 'same', extra: null };
    case 'NOTSET':
      break;
    default:
      return node.refuse(
        `its auto_pad is ${JSON.stringify(autoPad)}; NOTSET, SAME_UPPER or VALID is expected`,
      );
  }
  if (pads === null || pads.every((count) => count === 0)) return { kind: 'valid', extra: null };
  if (pads.length !== 2 * spatial || pads.some((count) => count < 0)) {
    node.refuse(`its pads are [${pads.join(', ')}]; ${2 * spatial} numbers, none negative, are expected`);
  }
  const before: Pair = spatial === 1 ? [0, at(pads, 0)] : [at(pads, 0), at(pads, 1)];
  const after: Pair = spatial === 1 ? [0, at(pads, 1)] : [at(pads, 2), at(pads, 3)];
  const isSame = ([0, 1] as const).every((axis) => {
    const size = at(sizes, axis + 1);
    const same = { ...geometry, padding: 'same' } as const;
    const needed = (outputSteps(same, axis, size, kernel[axis]) - 1) * geometry.stride[axis];
    const total = Math.max(0, needed + (kernel[axis] - 1) * geometry.dilation[axis] + 1 - size);
    return (
      before[axis] === paddingBefore(same, axis, size, kernel[axis]) && before[axis] + after[axis] === total
    );
  });
  return isSame ? { kind: 'same', extra: null } : { kind: 'valid', extra: [before, after] };
}

function padImage(node: NodeReader, input: TensorId, [before, after]: Pads): TensorId {
  const paddings = [
    [0, 0],
    [before[0], after[0]],
    [before[1], after[1]],
    [0, 0],
  ] as const;
  return node.assembler.emit('pad', { input, paddings, value: null }).source;
}

function convolve(
  node: NodeReader,
  input: TensorId,
  weights: NdArray,
  bias: NdArray | null,
  groups: number,
  geometry: ConvolutionGeometry,
): View {
  const { assembler } = node;
  const [outputs = 0, perGroup = 0, ...kernel] = weights.shape;
  const channels = at(assembler.tensor(input).shape, 3);
  const filter = reshaped(weights, [outputs, perGroup, ...(kernel.length === 1 ? [1] : []), ...kernel]);
  requireBias(node, bias, outputs);
  const kind = groups === 1 ? 'conv2d' : 'depthwiseConv2d';
  const name = assembler.nameOf(kind);
  const biasId = bias === null ? null : assembler.constant(`${name}/bias`, bias);
  const common = { input, bias: biasId, activation: 'none', ...geometry } as const;
  if (kind === 'conv2d') {
    if (perGroup !== channels) node.fail(`its W takes ${perGroup} channels, its X has ${channels}`);
    const ordered = assembler.constant(`${name}/weights`, transposed(filter, [0, 2, 3, 1]));
    return assembler.emit(kind, { ...common, weights: ordered });
  }
  if (groups !== channels || perGroup !== 1) {
    node.refuse(
      `it has ${groups} groups of ${perGroup} channels; one group, or one per channel, is expected`,
    );
  }
  const ordered = assembler.constant(`${name}/weights`, transposed(filter, [1, 2, 3, 0]));
  return assembler.emit(kind, { ...common, weights: ordered });
}
