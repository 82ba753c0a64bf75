import { at } from '../../errors';
import type { Op, SliceOp, TensorId } from '../../model';
import { rangeSteps, splitParts } from '../../model/move-geometry';
import type { GraphView } from './graph-view';

/** One element of a tensor, by its row-major position. */
export interface Element {
  readonly tensor: TensorId;
  readonly index: number;
}

/** More moves in a row than any converter writes between a state and its layer. */
const MOST_MOVES = 64;

/** Follows an element back through ops that only move elements, to where its value was made. */
export function originOf(view: GraphView, element: Element): Element {
  let current = element;
  for (let move = 0; move < MOST_MOVES; move++) {
    const op = view.producers.get(current.tensor);
    const before = op === undefined ? null : stepBack(op, current, view);
    if (before === null) break;
    current = before;
  }
  return current;
}

/** The element of an op's input that an element of its output is a copy of; null for ops that compute. */
function stepBack(op: Op, { tensor, index }: Element, { shapes }: GraphView): Element | null {
  const shape = at(shapes, tensor);
  switch (op.kind) {
    case 'reshape':
      return { tensor: op.input, index };
    case 'slice': {
      const inputShape = at(shapes, op.input);
      return {
        tensor: op.input,
        index: ravel(sliceSource(op, inputShape, unravel(index, shape)), inputShape),
      };
    }
    case 'transpose': {
      const inputShape = at(shapes, op.input);
      const position = unravel(index, shape);
      const source = inputShape.map((_, axis) => at(position, op.permutation.indexOf(axis)));
      return { tensor: op.input, index: ravel(source, inputShape) };
    }
    case 'split': {
      const inputShape = at(shapes, op.input);
      const parts = splitParts(op, at(inputShape, op.axis));
      const first = parts.slice(0, op.outputs.indexOf(tensor)).reduce((sum, part) => sum + part, 0);
      const position = unravel(index, shape);
      return {
        tensor: op.input,
        index: ravel(position.with(op.axis, at(position, op.axis) + first), inputShape),
      };
    }
    case 'concatenation': {
      const position = unravel(index, shape);
      let along = at(position, op.axis);
      for (const input of op.inputs) {
        const inputShape = at(shapes, input);
        const size = at(inputShape, op.axis);
        if (along < size) return { tensor: input, index: ravel(position.with(op.axis, along), inputShape) };
        along -= size;
      }
      return null;
    }
    default:
      return null;
  }
}

function sliceSource(op: SliceOp, inputShape: readonly number[], position: readonly number[]): number[] {
  const source: number[] = [];
  let outputAxis = 0;
  for (const part of op.dimensions) {
    if (part.kind === 'newAxis') {
      outputAxis += 1;
      continue;
    }
    const size = at(inputShape, source.length);
    if (part.kind === 'index') {
      source.push(part.index < 0 ? part.index + size : part.index);
      continue;
    }
    source.push(rangeSteps(part, size).first + at(position, outputAxis) * part.stride);
    outputAxis += 1;
  }
  return [...source, ...position.slice(outputAxis)];
}

/** Position along each dimension of the element at a row-major index. */
function unravel(index: number, shape: readonly number[]): number[] {
  const position = new Array<number>(shape.length).fill(0);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = at(shape, axis);
    position[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return position;
}

function ravel(position: readonly number[], shape: readonly number[]): number {
  return shape.reduce((index, size, axis) => index * size + at(position, axis), 0);
}
