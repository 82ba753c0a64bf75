import { at, InputError, unreachable } from '../../errors';
import type {
  ConcatenationOp,
  GatherOp,
  PadOp,
  ReshapeOp,
  ReverseOp,
  SliceOp,
  SplitOp,
  TransposeOp,
} from '../../model';
import { rangeSteps, splitParts } from '../../model/move-geometry';
import { forEachInBox, readBox, rowMajorStrides } from './box';
import { elementsOf, formatShape } from './tensor';
import type { FloatTensor } from './tensor';

export type FloatMoveOp =
  ReshapeOp | ConcatenationOp | SplitOp | SliceOp | TransposeOp | PadOp | ReverseOp | GatherOp;

/**
 * Outputs of an op that carries values from one place to another.
 *
 * @param inputs in the order of the op's roles; a gather's positions are whole numbers in float32
 * @param fill what a pad fills with
 * @throws InputError if the op does not fit shapes of these sizes.
 */
export function move(op: FloatMoveOp, inputs: readonly FloatTensor[], fill: number): FloatTensor[] {
  const input = at(inputs, 0);
  switch (op.kind) {
    case 'reshape':
      return [reshape(op, input)];
    case 'concatenation':
      return [concatenate(op, inputs)];
    case 'split':
      return split(op, input);
    case 'slice':
      return [slice(op, input)];
    case 'transpose':
      return [transpose(op, input)];
    case 'pad':
      return [pad(op, input, fill)];
    case 'reverse':
      return [reverse(op, input)];
    case 'gather':
      return [gather(op, input, at(inputs, 1))];
    default:
      return unreachable(op);
  }
}

/** The same elements under other dimensions; one of them may be -1, which takes what is left. */
function reshape(op: ReshapeOp, input: FloatTensor): FloatTensor {
  const known = op.shape.filter((size) => size !== -1);
  const rest = input.data.length / elementsOf(known);
  const shape = op.shape.map((size) => (size === -1 ? rest : size));
  if (!Number.isInteger(rest) || elementsOf(shape) !== input.data.length) {
    throw new InputError(
      `${op.name}: cannot give ${formatShape(input.shape)} the shape ${formatShape(op.shape)}; ` +
        'calibrate with the batch and sequence length that the model states',
    );
  }
  return { shape, data: input.data };
}

function concatenate(op: ConcatenationOp, inputs: readonly FloatTensor[]): FloatTensor {
  const first = at(inputs, 0).shape;
  const total = inputs.reduce((sum, { shape }) => sum + (shape[op.axis] ?? 0), 0);
  const shape = first.with(op.axis, total);
  for (const other of inputs) {
    const fits = other.shape.length === first.length;
    if (fits && other.shape.every((size, axis) => axis === op.axis || size === first[axis])) continue;
    throw new InputError(
      `${op.name}: ${formatShape(other.shape)} does not go beside ${formatShape(first)} along dimension ${op.axis}`,
    );
  }
  const data = new Float32Array(elementsOf(shape));
  const strides = rowMajorStrides(shape);
  let begin = 0;
  for (const { shape: sizes, data: values } of inputs) {
    writeBox(data, sizes, strides, begin, values);
    begin += at(sizes, op.axis) * at(strides, op.axis);
  }
  return { shape, data };
}

function split(op: SplitOp, { shape, data }: FloatTensor): FloatTensor[] {
  const strides = rowMajorStrides(shape);
  let begin = 0;
  return splitParts(op, at(shape, op.axis)).map((part) => {
    const sizes = shape.with(op.axis, part);
    const values = readBox(data, sizes, strides, begin);
    begin += part * at(strides, op.axis);
    return { shape: sizes, data: values };
  });
}

function slice(op: SliceOp, { shape, data }: FloatTensor): FloatTensor {
  const whole = rowMajorStrides(shape);
  const sizes: number[] = [];
  const strides: number[] = [];
  let [begin, axis] = [0, 0];
  for (const part of op.dimensions) {
    if (part.kind === 'newAxis') {
      sizes.push(1);
      strides.push(0);
      continue;
    }
    const [size, stride] = [at(shape, axis), at(whole, axis)];
    axis += 1;
    if (part.kind === 'index') {
      const index = part.index < 0 ? part.index + size : part.index;
      if (index < 0 || index >= size) {
        throw new InputError(`${op.name}: there is no element ${part.index} among ${size}`);
      }
      begin += index * stride;
      continue;
    }
    const { first, count } = rangeSteps(part, size);
    begin += first * stride;
    sizes.push(count);
    strides.push(stride * part.stride);
  }
  sizes.push(...shape.slice(axis));
  strides.push(...whole.slice(axis));
  return { shape: sizes, data: readBox(data, sizes, strides, begin) };
}

function transpose({ permutation }: TransposeOp, { shape, data }: FloatTensor): FloatTensor {
  const strides = rowMajorStrides(shape);
  const sizes = permutation.map((axis) => at(shape, axis));
  const permuted = permutation.map((axis) => at(strides, axis));
  return { shape: sizes, data: readBox(data, sizes, permuted) };
}

function pad({ paddings }: PadOp, input: FloatTensor, fill: number): FloatTensor {
  const shape = input.shape.map((size, axis) => {
    const [before, after] = at(paddings, axis);
    return before + size + after;
  });
  const strides = rowMajorStrides(shape);
  const begin = paddings.reduce((sum, [before], axis) => sum + before * at(strides, axis), 0);
  const data = new Float32Array(elementsOf(shape)).fill(fill);
  writeBox(data, input.shape, strides, begin, input.data);
  return { shape, data };
}

function reverse({ axes }: ReverseOp, { shape, data }: FloatTensor): FloatTensor {
  const strides = rowMajorStrides(shape);
  const begin = axes.reduce((sum, axis) => sum + (at(shape, axis) - 1) * at(strides, axis), 0);
  const reversed = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
  return { shape, data: readBox(data, shape, reversed, begin) };
}

function gather(op: GatherOp, { shape, data }: FloatTensor, indices: FloatTensor): FloatTensor {
  const size = at(shape, op.axis);
  const outer = shape.slice(0, op.axis);
  const inner = shape.slice(op.axis + 1);
  const run = elementsOf(inner);
  const result = [...outer, ...indices.shape, ...inner];
  const values = new Float32Array(elementsOf(result));
  for (let block = 0, target = 0; block < elementsOf(outer); block++) {
    for (const index of indices.data) {
      if (!Number.isInteger(index) || index < 0 || index >= size) {
        throw new InputError(`${op.name}: there is no element ${index} among ${size}`);
      }
      const source = (block * size + index) * run;
      values.set(data.subarray(source, source + run), target);
      target += run;
    }
  }
  return { shape: result, data: values };
}

function writeBox(
  target: Float32Array,
  sizes: readonly number[],
  strides: readonly number[],
  begin: number,
  values: Float32Array,
): void {
  forEachInBox(sizes, strides, begin, (offset, index) => {
    target[offset] = at(values, index);
  });
}
