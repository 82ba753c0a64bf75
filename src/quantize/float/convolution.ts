import { at, InputError } from '../../errors';
import type { Conv2dOp, DepthwiseConv2dOp, Graph } from '../../model';
import { outputSteps, paddingBefore } from '../../model/convolution-geometry';
import { activationFunction } from './arithmetic';
import { floatConstant, optionalFloatConstant } from './constants';
import { elementsOf, formatShape } from './tensor';
import type { FloatTensor } from './tensor';

interface Filter {
  readonly height: number;
  readonly width: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
}

/** One pixel under a filter: where its channels begin, and which of the filter's pixels lies on it. */
type VisitTap = (pixel: number, tap: number) => void;

/**
 * CONV_2D with its weights ready. The function returned throws InputError if the input has another number of dimensions
 * or channels than the filter.
 */
export function prepareConv2d(op: Conv2dOp, graph: Graph): (input: FloatTensor) => FloatTensor {
  const [outputs = 0, height = 0, width = 0, channels = 0] = at(graph.tensors, op.weights).shape;
  const filter = filterOf(op, graph, { outputs, height, width });
  const taps = height * width;
  return (input) => {
    requireChannels(op, input, channels);
    return convolve(op, input, filter, (output, forEachTap) => {
      let sum = 0;
      forEachTap((pixel, tap) => {
        const weights = (output * taps + tap) * channels;
        for (let channel = 0; channel < channels; channel++) {
          sum += at(input.data, pixel * channels + channel) * at(filter.weights, weights + channel);
        }
      });
      return sum;
    });
  };
}

/** DEPTHWISE_CONV_2D: output channel c sees input channel c / depth multiplier. See {@link prepareConv2d}. */
export function prepareDepthwiseConv2d(
  op: DepthwiseConv2dOp,
  graph: Graph,
): (input: FloatTensor) => FloatTensor {
  const [, height = 0, width = 0, outputs = 0] = at(graph.tensors, op.weights).shape;
  const filter = filterOf(op, graph, { outputs, height, width });
  return (input) => {
    const channels = input.shape.at(-1) ?? 0;
    const depthMultiplier = outputs / channels;
    if (!Number.isInteger(depthMultiplier)) requireChannels(op, input, outputs);
    return convolve(op, input, filter, (output, forEachTap) => {
      const channel = Math.floor(output / depthMultiplier);
      let sum = 0;
      forEachTap((pixel, tap) => {
        sum += at(input.data, pixel * channels + channel) * at(filter.weights, tap * outputs + output);
      });
      return sum;
    });
  };
}

function filterOf(
  op: Conv2dOp | DepthwiseConv2dOp,
  graph: Graph,
  sizes: Pick<Filter, 'height' | 'width' | 'outputs'>,
): Filter {
  return {
    ...sizes,
    weights: floatConstant(graph, op.weights),
    bias: optionalFloatConstant(graph, op.bias),
  };
}

function requireChannels(op: Conv2dOp | DepthwiseConv2dOp, { shape }: FloatTensor, channels: number): void {
  if (shape.length === 4 && shape[3] === channels) return;
  throw new InputError(
    `${op.name}: its input has shape ${formatShape(shape)}; expected [batch, height, width, ${channels}]`,
  );
}

/** Walks over the outputs; `sumOf` adds up the products of one of them, in double precision. */
function convolve(
  op: Conv2dOp | DepthwiseConv2dOp,
  input: FloatTensor,
  { height, width, outputs, bias }: Filter,
  sumOf: (output: number, forEachTap: (visit: VisitTap) => void) => number,
): FloatTensor {
  const [batch = 0, imageHeight = 0, imageWidth = 0] = input.shape;
  const rows = outputSteps(op, 0, imageHeight, height);
  const columns = outputSteps(op, 1, imageWidth, width);
  const [top, left] = [paddingBefore(op, 0, imageHeight, height), paddingBefore(op, 1, imageWidth, width)];
  const activate = activationFunction(op.activation);
  const shape = [batch, rows, columns, outputs];
  const data = new Float32Array(elementsOf(shape));
  for (const index of data.keys()) {
    const output = index % outputs;
    const column = Math.floor(index / outputs) % columns;
    const row = Math.floor(index / (outputs * columns)) % rows;
    const image = Math.floor(index / (outputs * columns * rows)) * imageHeight;
    const sum = sumOf(output, (visit) => {
      for (let filterRow = 0; filterRow < height; filterRow++) {
        const y = row * op.stride[0] - top + filterRow * op.dilation[0];
        if (y < 0 || y >= imageHeight) continue;
        for (let filterColumn = 0; filterColumn < width; filterColumn++) {
          const x = column * op.stride[1] - left + filterColumn * op.dilation[1];
          if (x < 0 || x >= imageWidth) continue;
          visit((image + y) * imageWidth + x, filterRow * width + filterColumn);
        }
      }
    });
    data[index] = activate(sum + (bias === null ? 0 : at(bias, output)));
  }
  return { shape, data };
}
