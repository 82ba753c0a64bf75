import { ModelFormatError } from '../../errors';
import type { BinaryOp, MeanOp } from '../ops';
import type { Dimension } from './dimension';
import { dependsOn, dimension, dimensionSize, sameDimension, symbolIn } from './dimension';
import type { PinnedSize, ShapeResult, ShapeScope } from './inference';
import { axisOf, timeLocalShape } from './inference';

/** Broadcasting: dimensions aligned at the last, a 1 takes the other side's size. */
export function binaryShapes(op: BinaryOp, scope: ShapeScope): ShapeResult {
  const [left, right] = [scope.shapeOf(op.left, op), scope.shapeOf(op.right, op)];
  const rank = Math.max(left.length, right.length);
  const shape: Dimension[] = [];
  for (let fromEnd = rank; fromEnd > 0; fromEnd--) {
    const [a = [], b = []] = [left.at(-fromEnd), right.at(-fromEnd)];
    const result = broadcast(op, a, b, scope);
    if ('pin' in result) return result;
    shape.push(result.value);
  }
  return timeLocalShape(op.output, shape);
}

function broadcast(
  op: BinaryOp,
  a: Dimension,
  b: Dimension,
  { fileSizes }: ShapeScope,
): { readonly value: Dimension } | PinnedSize {
  if (sameDimension(a, b) || b.length === 0) return { value: a };
  if (a.length === 0) return { value: b };
  const [aSize, bSize] = [dimensionSize(a, fileSizes), dimensionSize(b, fileSizes)];
  const pin = symbolIn(a) ?? symbolIn(b);
  if (pin !== null && (aSize === bSize || aSize === 1 || bSize === 1)) {
    return { pin, because: `${op.name} combines the ${pin} with a dimension of fixed size` };
  }
  throw new ModelFormatError(
    `${op.name}: a dimension of ${aSize} does not broadcast against one of ${bSize}`,
  );
}

/** An average over time needs the whole sequence; one over batch rows would mix them. */
export function meanShapes(op: MeanOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  const reduced = op.axes.map((axis) => axisOf(op, shape, axis));
  if (reduced.some((value) => dependsOn(value, 'batch'))) {
    return { pin: 'batch', because: `${op.name} averages over batch rows` };
  }
  const kept = shape.map((value, axis) => (op.axes.includes(axis) ? dimension([1]) : value));
  const result = op.keepDims ? kept : shape.filter((_, axis) => !op.axes.includes(axis));
  return {
    shapes: [[op.output, result]],
    timeLocal: !reduced.some((value) => dependsOn(value, 'time')),
  };
}
