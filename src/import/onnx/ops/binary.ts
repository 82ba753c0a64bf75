import { at } from '../../../errors';
import type { BinaryOp } from '../../../model';
import { arrangedArray } from '../../graph-assembler';
import type { NdArray } from '../../nd-array';
import { strided, stridesOf } from '../../nd-array';
import type { NodeReader } from '../node-reader';
import type { View } from '../../view';
import { viewShape } from '../../view';
import { fuseBias } from './fuse';

type Operation = BinaryOp['operation'];

const ON_CONSTANTS: Readonly<Record<Operation, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  squaredDifference: (a, b) => (a - b) ** 2,
  maximum: Math.max,
  minimum: Math.min,
};

/** Element by element, with broadcasting. */
export function readBinary(operation: Operation): (node: NodeReader) => void {
  return (node) => {
    node.requireInputs(2);
    node.requireAllRead();
    const [left, right] = [node.input(0, 'A'), node.input(1, 'B')];
    if (left.kind === 'constant' && right.kind === 'constant') {
      node.outputArray(0, foldBinary(node, operation, left.array, right.array));
    } else if (right.kind === 'constant') {
      node.outputView(0, withConstant(node, operation, node.activation(0, 'A'), right.array));
    } else if (left.kind === 'constant') {
      node.outputView(0, constantFirst(node, operation, left.array, node.activation(1, 'B')));
    } else {
      node.outputView(0, binaryOf(node, operation, node.activation(0, 'A'), node.activation(1, 'B')));
    }
  };
}

function foldBinary(node: NodeReader, operation: Operation, a: NdArray, b: NdArray): NdArray {
  const shape = broadcastShape(node, a.shape, b.shape);
  const type = a.type === 'float' && b.type === 'float' ? 'float' : 'integer';
  const [left, right] = [a, b].map((array) => broadcast({ ...array, type }, shape));
  const data = left?.data.map((value, index) => {
    const result = ON_CONSTANTS[operation](value, right?.data[index] ?? 0);
    return type === 'integer' ? Math.trunc(result) : result;
  });
  return { shape, type, data: data ?? new Float32Array() };
}

function broadcastShape(node: NodeReader, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [x = 1, y = 1] = [a.at(axis - rank), b.at(axis - rank)];
    if (x === y || y === 1) return x;
    return x === 1 ? y : node.fail(`[${a.join(', ')}] does not broadcast against [${b.join(', ')}]`);
  });
}

export function broadcast(array: NdArray, shape: readonly number[]): NdArray {
  const missing = shape.length - array.shape.length;
  const strides = stridesOf(array.shape);
  return strided(
    array,
    shape,
    shape.map((_, axis) =>
      axis < missing || at(array.shape, axis - missing) === 1 ? 0 : at(strides, axis - missing),
    ),
  );
}

/** An operation with a constant on the right. Differences and quotients become sums and products, which are cheaper. */
function withConstant(node: NodeReader, operation: Operation, view: View, array: NdArray): View {
  if (operation === 'subtract') {
    return withConstant(node, 'add', view, { ...array, data: array.data.map((value) => -value) });
  }
  if (operation === 'divide') {
    return withConstant(node, 'multiply', view, { ...array, data: array.data.map((value) => 1 / value) });
  }
  if (operation === 'add') {
    const fused = fuseBias(node, view, array);
    if (fused !== null) return fused;
  }
  return binaryOf(node, operation, view, array);
}

function constantFirst(node: NodeReader, operation: Operation, array: NdArray, view: View): View {
  switch (operation) {
    case 'add':
    case 'multiply':
    case 'maximum':
    case 'minimum':
      return withConstant(node, operation, view, array);
    case 'subtract':
    case 'divide':
    case 'squaredDifference':
      return binaryOf(node, operation, array, view);
  }
}

/** Either side in the order of the other's tensor, so that neither is moved, where broadcasting allows it. */
export function binaryOf(
  node: NodeReader,
  operation: Operation,
  left: View | NdArray,
  right: View | NdArray,
): View {
  const { assembler } = node;
  const [leftShape, rightShape] = [shapeOf(left), shapeOf(right)];
  const shape = broadcastShape(node, leftShape, rightShape);
  const [base, other] = isBase(left, leftShape, shape) ? [left, right] : [right, left];
  const emit = (baseId: View, otherId: View): View => {
    const [a, b] = base === left ? [baseId, otherId] : [otherId, baseId];
    return assembler.emit('binary', { operation, left: a.source, right: b.source, activation: 'none' });
  };
  const name = assembler.nameOf('binary');
  if ('source' in base && isBase(base, shapeOf(base), shape)) {
    const axes = alignedAxes(base, other);
    if (axes !== null) return { ...emit(base, arranged(node, other, axes, name)), axes: base.axes };
  }
  const inOrder = (side: View | NdArray): View => arranged(node, side, [...shapeOf(side).keys()], name);
  return emit(inOrder(base), inOrder(other));
}

/** Whether a side has the result's dimensions, so that the other is broadcast to it. */
function isBase(side: View | NdArray, shape: readonly number[], result: readonly number[]): boolean {
  return (
    'source' in side && shape.length === result.length && shape.every((size, axis) => size === result[axis])
  );
}

function shapeOf(side: View | NdArray): readonly number[] {
  return 'source' in side ? viewShape(side) : side.shape;
}

/**
 * Where each dimension of the base's tensor is found in the other side; null for one of 1. Null altogether where the
 * other side has a dimension that the base's tensor lacks.
 */
function alignedAxes(base: View, other: View | NdArray): (number | null)[] | null {
  const shape = shapeOf(other);
  const missing = base.axes.length - shape.length;
  const axes = base.sourceShape.map((_, sourceAxis) => {
    const axis = base.axes.indexOf(sourceAxis) - missing;
    return axis < 0 || !base.axes.includes(sourceAxis) ? null : axis;
  });
  const lost = [...shape.keys()].some((axis) => !axes.includes(axis) && shape[axis] !== 1);
  return lost ? null : axes;
}

/** One side as a tensor with the given dimensions in this order, without leading ones of 1. */
function arranged(
  node: NodeReader,
  side: View | NdArray,
  axes: readonly (number | null)[],
  name: string,
): View {
  const { assembler } = node;
  const first = axes.findIndex((axis) => axis !== null && shapeOf(side)[axis] !== 1);
  if (!('source' in side)) {
    const trimmed = arrangedArray(side, axes);
    const shape = first === -1 ? trimmed.shape.slice(-1) : trimmed.shape.slice(first);
    return assembler.whole(assembler.constant(`${name}/constant`, { ...trimmed, shape }));
  }
  return assembler.whole(
    assembler.materialize({
      ...side,
      axes: axes.map((axis) => (axis === null ? null : at(side.axes, axis))),
    }),
  );
}
