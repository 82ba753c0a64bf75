import { at, InputError, unreachable } from '../../errors';
import type { BinaryOp, FloatFunction, FusedActivation, MeanOp } from '../../model';
import { forEachInBox, readBox, rowMajorStrides } from './box';
import { elementsOf, formatShape } from './tensor';
import type { FloatTensor } from './tensor';

/** The function of each element. */
export function elementwise(input: FloatTensor, evaluate: (x: number) => number): FloatTensor {
  return { shape: input.shape, data: input.data.map(evaluate) };
}

/** What an activation does to one value. */
export function activationFunction(activation: FusedActivation): (x: number) => number {
  const { low, high } = activationBounds(activation);
  return (x) => Math.min(Math.max(x, low), high);
}

/** `x * clamp(x + 3, 0, 6) / 6` */
export function hardSwish(x: number): number {
  return (x * Math.min(Math.max(x + 3, 0), 6)) / 6;
}

export function floatFunction(name: FloatFunction): (x: number) => number {
  switch (name) {
    case 'abs':
      return Math.abs;
    case 'exp':
      return Math.exp;
    case 'log':
      return Math.log;
    case 'negate':
      return (x) => -x;
    case 'rsqrt':
      return (x) => 1 / Math.sqrt(x);
    case 'sqrt':
      return Math.sqrt;
    case 'square':
      return (x) => x * x;
    default:
      return unreachable(name);
  }
}

function floatOperation(operation: BinaryOp['operation']): (a: number, b: number) => number {
  switch (operation) {
    case 'add':
      return (a, b) => a + b;
    case 'subtract':
      return (a, b) => a - b;
    case 'multiply':
      return (a, b) => a * b;
    case 'divide':
      return (a, b) => a / b;
    case 'squaredDifference':
      return (a, b) => (a - b) * (a - b);
    case 'maximum':
      return Math.max;
    case 'minimum':
      return Math.min;
    default:
      return unreachable(operation);
  }
}

/**
 * Element by element, with dimensions aligned at the last and dimensions of 1 repeated.
 *
 * @throws InputError if the shapes do not broadcast.
 */
export function binary(op: BinaryOp, left: FloatTensor, right: FloatTensor): FloatTensor {
  const rank = Math.max(left.shape.length, right.shape.length);
  const [a, b] = [alignedShape(left.shape, rank), alignedShape(right.shape, rank)];
  const shape = a.map((size, axis) => (size === 1 ? at(b, axis) : size));
  if (b.some((size, axis) => size !== 1 && size !== at(shape, axis))) {
    throw new InputError(
      `${op.name}: ${formatShape(left.shape)} does not broadcast against ${formatShape(right.shape)}`,
    );
  }
  const rights = readBox(right.data, shape, broadcastStrides(b));
  const evaluate = floatOperation(op.operation);
  const activate = activationFunction(op.activation);
  const data = readBox(left.data, shape, broadcastStrides(a)).map((value, index) =>
    activate(evaluate(value, at(rights, index))),
  );
  return { shape, data };
}

function alignedShape(shape: readonly number[], rank: number): number[] {
  return [...Array<number>(rank - shape.length).fill(1), ...shape];
}

function broadcastStrides(shape: readonly number[]): number[] {
  return rowMajorStrides(shape).map((stride, axis) => (at(shape, axis) === 1 ? 0 : stride));
}

/** The average over some dimensions, summed in double precision. */
export function mean(op: MeanOp, input: FloatTensor): FloatTensor {
  const kept = input.shape.map((size, axis) => (op.axes.includes(axis) ? 1 : size));
  const sums = new Float64Array(elementsOf(kept));
  const targets = broadcastStrides(kept);
  forEachInBox(input.shape, targets, 0, (target, source) => {
    sums[target] = at(sums, target) + at(input.data, source);
  });
  const count = input.data.length / sums.length;
  return {
    shape: op.keepDims ? kept : kept.filter((_, axis) => !op.axes.includes(axis)),
    data: Float32Array.from(sums, (sum) => sum / count),
  };
}

function activationBounds(activation: FusedActivation): { low: number; high: number } {
  switch (activation) {
    case 'none':
      return { low: -Infinity, high: Infinity };
    case 'relu':
      return { low: 0, high: Infinity };
    case 'relu6':
      return { low: 0, high: 6 };
    case 'reluN1To1':
      return { low: -1, high: 1 };
    default:
      return unreachable(activation);
  }
}
