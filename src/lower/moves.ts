import type { MoveParameters, MoveSizes } from '../contract/op-parameters';
import { MOVE_DIMENSIONS } from '../contract/op-parameters';
import { at } from '../errors';
import type { ReshapeOp, TensorId } from '../model';
import { elementCount } from '../model/shapes';

/** Ops that only carry bytes from one place to another. */
export type MoveOp = ReshapeOp;

/** One copy of a move op; an op's copies run in order, later ones over earlier ones. */
export interface MovePiece {
  readonly source: TensorId;
  readonly destination: TensorId;
  readonly parameters: MoveParameters;
}

/** Row-major sizes of each tensor in one session, from `evaluateShapes`. */
export type TensorSizes = readonly (readonly number[])[];

/** The copies that a move op is made of, at one session's sizes. */
export function movePieces(op: MoveOp, tensorSizes: TensorSizes): MovePiece[] {
  const [source, destination] = [at(tensorSizes, op.input), at(tensorSizes, op.output)];
  const columns = destination.at(-1) ?? 1;
  const box = [elementCount(destination) / columns, columns];
  const strides = moveSizes(rowMajorStrides(box), 0);
  const parameters: MoveParameters = {
    sizes: moveSizes(box, 1),
    destinationRowElements: columns,
    destinationStart: 0,
    destinationStrides: strides,
    sourceRowElements: source.at(-1) ?? 1,
    sourceStart: 0,
    sourceStrides: strides,
  };
  return [{ source: op.input, destination: op.output, parameters }];
}

/**
 * Whether the output's bytes lie exactly as the input's do, padding included, so that one buffer can stand for both.
 */
export function keepsLayout(op: MoveOp, tensorSizes: TensorSizes): boolean {
  return at(tensorSizes, op.input).at(-1) === at(tensorSizes, op.output).at(-1);
}

/** Elements between neighbours along each dimension. */
function rowMajorStrides(sizes: readonly number[]): number[] {
  return sizes.map((_, axis) => elementCount(sizes.slice(axis + 1)));
}

/** `values` with leading `fill`s up to the number of dimensions that a move has. */
function moveSizes(values: readonly number[], fill: number): MoveSizes {
  const padded = [...Array<number>(MOVE_DIMENSIONS - values.length).fill(fill), ...values];
  return [at(padded, 0), at(padded, 1), at(padded, 2), at(padded, 3), at(padded, 4)];
}
