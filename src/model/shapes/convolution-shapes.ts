import { at, ModelFormatError } from '../../errors';
import { outputSteps } from '../convolution-geometry';
import type { Conv2dOp, DepthwiseConv2dOp } from '../ops';
import type { Dimension } from './dimension';
import { dimension, dimensionSize } from './dimension';
import type { PinnedSize, ShapeResult, ShapeScope } from './inference';
import { pinned, timeLocalShape } from './inference';

/** `[batch, height, width, channels]` in and out. */
export function convolutionShapes(op: Conv2dOp | DepthwiseConv2dOp, scope: ShapeScope): ShapeResult {
  const input = scope.shapeOf(op.input, op);
  const filter = at(scope.graph.tensors, op.weights).shape;
  if (input.length !== 4 || filter.length !== 4) {
    throw new ModelFormatError(
      `${op.name}: input and weights have ${input.length} and ${filter.length} dimensions; four each are expected`,
    );
  }
  const channels = at(input, 3);
  const outputs = op.kind === 'conv2d' ? at(filter, 0) : at(filter, 3);
  checkChannels(op, dimensionSize(channels, scope.fileSizes), filter);
  const fixedChannels = pinned(channels, (size) => `${op.name} has the ${size} in its channels`);
  if (fixedChannels !== null) return fixedChannels;
  const image: Dimension[] = [];
  for (const axis of [0, 1] as const) {
    const steps = slide(op, at(input, axis + 1), at(filter, axis + 1), axis, scope);
    if ('pin' in steps) return steps;
    image.push(steps.value);
  }
  return timeLocalShape(op.output, [at(input, 0), ...image, dimension([outputs])]);
}

/** A filter of one step leaves a dimension as it is; any other needs to know its size. */
function slide(
  op: Conv2dOp | DepthwiseConv2dOp,
  value: Dimension,
  filterSize: number,
  axis: 0 | 1,
  { fileSizes }: ShapeScope,
): { readonly value: Dimension } | PinnedSize {
  if (filterSize === 1 && op.stride[axis] === 1) return { value };
  const size = dimensionSize(value, fileSizes);
  const steps = outputSteps(op, axis, size, filterSize);
  if (steps < 1) {
    throw new ModelFormatError(`${op.name}: a filter of ${filterSize} does not fit into an image of ${size}`);
  }
  return pinned(value, (size) => `${op.name} slides over the ${size}`) ?? { value: dimension([steps]) };
}

function checkChannels(op: Conv2dOp | DepthwiseConv2dOp, channels: number, filter: readonly number[]): void {
  const filterChannels = at(filter, 3);
  const fits = op.kind === 'conv2d' ? filterChannels === channels : filterChannels % channels === 0;
  if (fits) return;
  throw new ModelFormatError(
    `${op.name}: weights of shape [${filter.join(', ')}] do not fit an input of ${channels} channels`,
  );
}
