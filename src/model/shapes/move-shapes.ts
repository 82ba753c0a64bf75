import { at, ModelFormatError, unreachable } from '../../errors';
import type {
  ConcatenationOp,
  GatherOp,
  Op,
  PadOp,
  ReshapeOp,
  ReverseOp,
  SliceDimension,
  SliceOp,
  SplitOp,
  TransposeOp,
} from '../ops';
import { isWhole, rangeSteps, splitParts } from '../move-geometry';
import type { Dimension, SymbolicShape } from './dimension';
import {
  dependsOn,
  dimension,
  dimensionSize,
  elementCount,
  isExactly,
  sameDimension,
  shapeSizes,
  symbolIn,
} from './dimension';
import type { PinnedSize, ShapeResult, ShapeScope } from './inference';
import { axisOf, pinned, timeLocalShape } from './inference';
import { regroup } from './regroup';

export function reshapeShapes(op: ReshapeOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  const sizes = shapeSizes(shape, scope.fileSizes);
  const target = resolveTarget(op, elementCount(sizes));
  const result = regroup(shape, target, scope.fileSizes);
  if ('obstacle' in result) {
    return {
      pin: result.obstacle,
      because: `${op.name} reshapes [${sizes.join(', ')}] to [${target.join(', ')}]`,
    };
  }
  return timeLocalShape(op.output, result);
}

/** The target with its -1 filled in. */
function resolveTarget(op: ReshapeOp, elements: number): number[] {
  const known = elementCount(op.shape.filter((size) => size !== -1));
  const target = op.shape.map((size) => (size === -1 ? elements / known : size));
  if (!target.every((size) => Number.isInteger(size) && size > 0) || elementCount(target) !== elements) {
    throw new ModelFormatError(
      `${op.name}: ${elements} elements cannot take the shape [${op.shape.join(', ')}]`,
    );
  }
  return target;
}

export function concatenationShapes(op: ConcatenationOp, scope: ShapeScope): ShapeResult {
  const shapes = op.inputs.map((id) => scope.shapeOf(id, op));
  const [first = [], ...rest] = shapes;
  axisOf(op, first, op.axis);
  if (rest.some(({ length }) => length !== first.length)) {
    throw new ModelFormatError(`${op.name}: its inputs have different numbers of dimensions`);
  }
  const result: Dimension[] = [];
  for (const axis of first.keys()) {
    const values = shapes.map((shape) => at(shape, axis));
    const joined = axis === op.axis ? sumOf(op, values, scope) : commonOf(op, values, scope);
    if ('pin' in joined) return joined;
    result.push(joined.value);
  }
  return timeLocalShape(op.output, result);
}

function sumOf(
  op: Op,
  values: readonly Dimension[],
  { fileSizes }: ShapeScope,
): { readonly value: Dimension } | PinnedSize {
  for (const value of values) {
    const pin = pinned(value, (size) => `${op.name} joins tensors along the ${size}`);
    if (pin !== null) return pin;
  }
  const sizes = values.map((value) => dimensionSize(value, fileSizes));
  return { value: dimension([sizes.reduce((sum, size) => sum + size, 0)]) };
}

function commonOf(
  op: Op,
  values: readonly Dimension[],
  { fileSizes }: ShapeScope,
): { readonly value: Dimension } | PinnedSize {
  const first = at(values, 0);
  const other = values.find((value) => !sameDimension(value, first));
  if (other === undefined) return { value: first };
  const pin = symbolIn(first) ?? symbolIn(other);
  if (pin !== null && dimensionSize(first, fileSizes) === dimensionSize(other, fileSizes)) {
    return { pin, because: `${op.name} combines the ${pin} with a dimension of fixed size` };
  }
  throw new ModelFormatError(
    `${op.name}: a dimension of ${dimensionSize(other, fileSizes)} does not match one of ${dimensionSize(first, fileSizes)}`,
  );
}

export function splitShapes(op: SplitOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  const value = axisOf(op, shape, op.axis);
  const fixed = pinned(value, (size) => `${op.name} splits the ${size}`);
  if (fixed !== null) return fixed;
  const parts = splitParts(op, dimensionSize(value, scope.fileSizes));
  return {
    shapes: op.outputs.map((output, index) => [output, shape.with(op.axis, dimension([at(parts, index)]))]),
    timeLocal: true,
  };
}

export function sliceShapes(op: SliceOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  const result: Dimension[] = [];
  let timeLocal = true;
  let axis = 0;
  for (const part of op.dimensions) {
    if (part.kind === 'newAxis') {
      result.push(dimension([1]));
      continue;
    }
    const value = axisOf(op, shape, axis);
    axis += 1;
    const sliced = slice(op, value, part, scope);
    if ('pin' in sliced) return sliced;
    timeLocal &&= sliced.timeLocal;
    if (sliced.value !== null) result.push(sliced.value);
  }
  return { shapes: [[op.output, [...result, ...shape.slice(axis)]]], timeLocal };
}

/** What is left of one dimension; a null value where it disappears. */
function slice(
  op: SliceOp,
  value: Dimension,
  part: Exclude<SliceDimension, { kind: 'newAxis' }>,
  { fileSizes }: ShapeScope,
): { readonly value: Dimension | null; readonly timeLocal: boolean } | PinnedSize {
  const size = dimensionSize(value, fileSizes);
  const isTime = isExactly(value, 'time');
  switch (part.kind) {
    case 'index': {
      if (part.index < -size || part.index >= size) {
        throw new ModelFormatError(`${op.name}: there is no element ${part.index} among ${size}`);
      }
      // The first and the last timestep exist in a sequence of any length.
      if (isTime && (part.index === 0 || part.index === -1)) return { value: null, timeLocal: false };
      return (
        pinned(value, (size) => `${op.name} takes element ${part.index} of the ${size}`) ?? {
          value: null,
          timeLocal: true,
        }
      );
    }
    case 'range': {
      if (isWhole(part) && (part.stride === 1 || isTime)) return { value, timeLocal: part.stride === 1 };
      const { count } = rangeSteps(part, size);
      if (count < 1) {
        throw new ModelFormatError(`${op.name}: the slice leaves nothing of a dimension of ${size}`);
      }
      return (
        pinned(value, (size) => `${op.name} takes a part of the ${size}`) ?? {
          value: dimension([count]),
          timeLocal: true,
        }
      );
    }
    default:
      return unreachable(part);
  }
}

export function transposeShapes(op: TransposeOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  const isPermutation =
    op.permutation.length === shape.length && new Set(op.permutation).size === shape.length;
  if (!isPermutation) {
    throw new ModelFormatError(
      `${op.name}: [${op.permutation.join(', ')}] does not order the input's ${shape.length} dimensions`,
    );
  }
  return timeLocalShape(
    op.output,
    op.permutation.map((axis) => axisOf(op, shape, axis)),
  );
}

export function padShapes(op: PadOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  if (op.paddings.length !== shape.length || op.paddings.flat().some((count) => count < 0)) {
    throw new ModelFormatError(`${op.name}: its paddings do not fit an input of ${shape.length} dimensions`);
  }
  const result: SymbolicShape = shape.map((value, axis) => {
    const [before, after] = at(op.paddings, axis);
    return before + after === 0 ? value : dimension([before + dimensionSize(value, scope.fileSizes) + after]);
  });
  for (const [axis, [before, after]] of op.paddings.entries()) {
    const pin =
      before + after === 0
        ? null
        : pinned(at(shape, axis), (size) => `${op.name} adds elements along the ${size}`);
    if (pin !== null) return pin;
  }
  return timeLocalShape(op.output, result);
}

export function reverseShapes(op: ReverseOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  const reversed = op.axes.map((axis) => axisOf(op, shape, axis));
  const mixed = reversed.find((value) => symbolIn(value) !== null && !isExactly(value, 'time'));
  return (
    (mixed === undefined ? null : pinned(mixed, (size) => `${op.name} reverses the ${size}`)) ?? {
      shapes: [[op.output, shape]],
      timeLocal: !reversed.some((value) => dependsOn(value, 'time')),
    }
  );
}

/** The indices' dimensions take the place of the axis that they index. */
export function gatherShapes(op: GatherOp, scope: ShapeScope): ShapeResult {
  const [input, indices] = [scope.shapeOf(op.input, op), scope.shapeOf(op.indices, op)];
  requireElements(op, dimensionSize(axisOf(op, input, op.axis), scope.fileSizes), scope);
  return (
    pinned(axisOf(op, input, op.axis), (size) => `${op.name} picks elements of the ${size}`) ??
    timeLocalShape(op.output, [...input.slice(0, op.axis), ...indices, ...input.slice(op.axis + 1)])
  );
}

/** @throws ModelFormatError for a constant position outside the axis; others are checked call by call. */
function requireElements(op: GatherOp, size: number, { graph }: ShapeScope): void {
  const { data } = at(graph.tensors, op.indices);
  const outside = data instanceof Int32Array ? data.find((index) => index < 0 || index >= size) : undefined;
  if (outside === undefined) return;
  throw new ModelFormatError(`${op.name}: there is no element ${outside} among ${size}`);
}
