import type { MoveParameters } from '../contract/op-parameters';
import { at, unreachable, UnsupportedModelError } from '../errors';
import type {
  ConcatenationOp,
  GatherOp,
  Graph,
  PadOp,
  ReshapeOp,
  ReverseOp,
  SliceOp,
  SplitOp,
  TensorId,
  TransposeOp,
} from '../model';
import { rangeSteps, splitParts } from '../model/move-geometry';
import { elementCount } from '../model/shapes';
import { float32Constant, int32Constant, int8Constant, scaleOf, tensorOf, zeroPointOf } from './constants';
import { padSizes, rowElements, rowMajorStrides } from './box-sizes';

/** What a move carries: int8 in padded rows, or 4-byte values without padding, which are float32. */
export type MovedType = 'int8' | 'float32';

/** Ops that only carry bytes from one place to another. */
export type MoveOp =
  ReshapeOp | ConcatenationOp | SplitOp | SliceOp | TransposeOp | PadOp | ReverseOp | GatherOp;

/** One copy of a move op; an op's copies run in order, later ones over earlier ones. */
export interface MovePiece {
  readonly source: TensorId;
  readonly destination: TensorId;
  readonly parameters: MoveParameters;
}

/** A move op as far as it does not depend on a session's sizes. */
export interface LoweredMove {
  readonly kind: 'move';
  readonly op: MoveOp;
  readonly dtype: MovedType;
  /** What a PAD fills with; 0 for ops that fill nothing. */
  readonly fill: number;
  /** Positions that a GATHER picks; none for other ops. */
  readonly indices: Int32Array;
}

/** Row-major sizes of each tensor in one session, from `evaluateShapes`. */
export type TensorSizes = readonly (readonly number[])[];

/**
 * Takes a move op's settings out of the graph.
 *
 * @throws UnsupportedModelError for joined tensors of different scales.
 */
export function lowerMove(op: MoveOp, graph: Graph): LoweredMove {
  const moved = tensorOf(graph, op.kind === 'concatenation' ? op.output : op.input);
  const dtype = moved.dtype === 'float32' ? 'float32' : 'int8';
  if (op.kind === 'concatenation' && dtype === 'int8') requireSameScale(op, graph);
  return {
    kind: 'move',
    op,
    dtype,
    fill: op.kind === 'pad' ? fillValue(op, graph, dtype) : 0,
    indices: op.kind === 'gather' ? int32Constant(graph, op.indices) : new Int32Array(),
  };
}

/** The copies that a move op is made of, at one session's sizes. */
export function movePieces({ op, fill, indices }: LoweredMove, tensorSizes: TensorSizes): MovePiece[] {
  const walkOf = (id: TensorId): Walk => wholeTensor(at(tensorSizes, id));
  const piece = (
    source: TensorId,
    from: Walk,
    destination: TensorId,
    to: Walk,
    value: number | null = null,
  ): MovePiece => ({
    source,
    destination,
    parameters: {
      sizes: padSizes(to.sizes, 1),
      destinationRowElements: rowElements(at(tensorSizes, destination)),
      destinationStart: to.start,
      destinationStrides: padSizes(to.strides, 0),
      sourceRowElements: rowElements(at(tensorSizes, source)),
      sourceStart: from.start,
      sourceStrides: padSizes(from.strides, 0),
      fill: value,
    },
  });
  switch (op.kind) {
    case 'reshape': {
      const rows = asRows(at(tensorSizes, op.output));
      return [piece(op.input, rows, op.output, rows)];
    }
    case 'concatenation':
      return consecutive(op.inputs, (id) => at(at(tensorSizes, id), op.axis)).map(({ id, first, count }) =>
        piece(id, walkOf(id), op.output, narrowed(walkOf(op.output), op.axis, first, count)),
      );
    case 'split': {
      const parts = splitParts(op, at(at(tensorSizes, op.input), op.axis));
      return consecutive(op.outputs, (_, index) => at(parts, index)).map(({ id, first, count }) =>
        piece(op.input, narrowed(walkOf(op.input), op.axis, first, count), id, walkOf(id)),
      );
    }
    case 'slice':
      return [piece(op.input, sliced(op, walkOf(op.input)), op.output, walkOf(op.output))];
    case 'transpose': {
      const { start, strides } = walkOf(op.input);
      const permuted = op.permutation.map((axis) => at(strides, axis));
      const to = walkOf(op.output);
      return [piece(op.input, { start, sizes: to.sizes, strides: permuted }, op.output, to)];
    }
    case 'reverse': {
      const from = op.axes.reduce((walk, axis) => backwards(walk, axis), walkOf(op.input));
      return [piece(op.input, from, op.output, walkOf(op.output))];
    }
    case 'pad': {
      const [input, output] = [walkOf(op.input), walkOf(op.output)];
      const still = { ...input, strides: input.strides.map(() => 0) };
      const inside = op.paddings.reduce(
        (walk, [before], axis) => narrowed(walk, axis, before, at(input.sizes, axis)),
        output,
      );
      return [piece(op.input, still, op.output, output, fill), piece(op.input, input, op.output, inside)];
    }
    case 'gather': {
      const input = walkOf(op.input);
      const output = wholeTensor(input.sizes.with(op.axis, indices.length));
      return Array.from(indices, (index, position) =>
        piece(
          op.input,
          narrowed(input, op.axis, index, 1),
          op.output,
          narrowed(output, op.axis, position, 1),
        ),
      );
    }
    default:
      return unreachable(op);
  }
}

/**
 * Whether the output's bytes lie exactly as the input's do, padding included, so that one buffer can stand for both.
 */
export function keepsLayout(lowered: LoweredMove, tensorSizes: TensorSizes): boolean {
  const [first, ...others] = movePieces(lowered, tensorSizes);
  if (first === undefined || others.length > 0) return false;
  const { sizes, sourceStart, sourceStrides, sourceRowElements, destinationStrides, destinationRowElements } =
    first.parameters;
  const elements = elementCount(at(tensorSizes, first.source));
  return (
    (lowered.dtype === 'float32' || sourceRowElements === destinationRowElements) &&
    sourceStart === 0 &&
    elementCount(sizes) === elements &&
    sizes.every((size, axis) => size === 1 || at(sourceStrides, axis) === at(destinationStrides, axis))
  );
}

/** A box of a tensor, visited in row-major order of `sizes`; start and strides count elements. */
interface Walk {
  readonly start: number;
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

function wholeTensor(sizes: readonly number[]): Walk {
  return { start: 0, sizes, strides: rowMajorStrides(sizes) };
}

/** All elements in order, a row of the last dimension at a time. */
function asRows(sizes: readonly number[]): Walk {
  const columns = rowElements(sizes);
  return wholeTensor([elementCount(sizes) / columns, columns]);
}

/** `count` elements along an axis from the `first` on. */
function narrowed({ start, sizes, strides }: Walk, axis: number, first: number, count: number): Walk {
  return { start: start + first * at(strides, axis), sizes: sizes.with(axis, count), strides };
}

/** The same elements, an axis in the other order. */
function backwards({ start, sizes, strides }: Walk, axis: number): Walk {
  const stride = at(strides, axis);
  return { start: start + (at(sizes, axis) - 1) * stride, sizes, strides: strides.with(axis, -stride) };
}

function sliced(op: SliceOp, whole: Walk): Walk {
  let start = 0;
  let axis = 0;
  const sizes: number[] = [];
  const strides: number[] = [];
  for (const part of op.dimensions) {
    if (part.kind === 'newAxis') {
      sizes.push(1);
      strides.push(0);
      continue;
    }
    const [size, stride] = [at(whole.sizes, axis), at(whole.strides, axis)];
    axis += 1;
    if (part.kind === 'index') {
      start += (part.index < 0 ? part.index + size : part.index) * stride;
      continue;
    }
    const { first, count } = rangeSteps(part, size);
    start += first * stride;
    sizes.push(count);
    strides.push(stride * part.stride);
  }
  return {
    start,
    sizes: [...sizes, ...whole.sizes.slice(axis)],
    strides: [...strides, ...whole.strides.slice(axis)],
  };
}

/** Tensors side by side along an axis: where each starts and how many elements it has. */
function consecutive(
  ids: readonly TensorId[],
  countOf: (id: TensorId, index: number) => number,
): { readonly id: TensorId; readonly first: number; readonly count: number }[] {
  let end = 0;
  return ids.map((id, index) => {
    const count = countOf(id, index);
    end += count;
    return { id, first: end - count, count };
  });
}

/** int8 concatenation never rescales in TFLite, `concatenation.cc`: converters insert QUANTIZE where scales differ. */
function requireSameScale(op: ConcatenationOp, graph: Graph): void {
  const [scale, zeroPoint] = [scaleOf(graph, op.output), zeroPointOf(graph, op.output)];
  for (const id of op.inputs) {
    if (scaleOf(graph, id) === scale && zeroPointOf(graph, id) === zeroPoint) continue;
    throw unsupported(
      op,
      `its input "${tensorOf(graph, id).name}" has another scale than its output; requantize the model`,
    );
  }
}

/** The real value 0, or the constant that PADV2 names. */
function fillValue(op: PadOp, graph: Graph, dtype: MovedType): number {
  if (dtype === 'float32') return op.value === null ? 0 : at(float32Constant(graph, op.value), 0);
  return op.value === null ? zeroPointOf(graph, op.output) : at(int8Constant(graph, op.value), 0);
}

function unsupported(op: MoveOp, reason: string): UnsupportedModelError {
  return new UnsupportedModelError([{ subject: op.name, reason }]);
}
