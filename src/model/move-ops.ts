import type { OpBase } from './op-base';
import type { TensorId } from './tensor';

/** Ops that carry values from one place to another. Axes are never negative: readers resolve them. */

export interface ReshapeOp extends OpBase {
  readonly kind: 'reshape';
  readonly input: TensorId;
  readonly output: TensorId;
  /** Target dimensions as the file states them; at most one is -1. */
  readonly shape: readonly number[];
}

export interface ConcatenationOp extends OpBase {
  readonly kind: 'concatenation';
  readonly inputs: readonly TensorId[];
  readonly output: TensorId;
  readonly axis: number;
}

export interface SplitOp extends OpBase {
  readonly kind: 'split';
  readonly input: TensorId;
  readonly outputs: readonly TensorId[];
  readonly axis: number;
  /** Elements of each output along the axis, at most one -1 for the rest; null for equal parts. */
  readonly sizes: readonly number[] | null;
}

/**
 * What a slice does with one dimension of its input, in order; dimensions after the last entry stay whole. Negative
 * positions count from the end.
 */
export type SliceDimension =
  /** Every `stride`-th element from `begin` up to, not including, `end`; null for an open end. Positions are clamped. */
  | {
      readonly kind: 'range';
      readonly begin: number | null;
      readonly end: number | null;
      readonly stride: number;
    }
  /** One element; the dimension disappears. */
  | { readonly kind: 'index'; readonly index: number }
  /** A dimension of 1 that the input does not have. */
  | { readonly kind: 'newAxis' };

/** SLICE and STRIDED_SLICE. */
export interface SliceOp extends OpBase {
  readonly kind: 'slice';
  readonly input: TensorId;
  readonly output: TensorId;
  readonly dimensions: readonly SliceDimension[];
}

export interface TransposeOp extends OpBase {
  readonly kind: 'transpose';
  readonly input: TensorId;
  readonly output: TensorId;
  /** Output dimension i is input dimension `permutation[i]`. */
  readonly permutation: readonly number[];
}

export interface PadOp extends OpBase {
  readonly kind: 'pad';
  readonly input: TensorId;
  readonly output: TensorId;
  /** Elements to add per dimension. */
  readonly paddings: readonly (readonly [before: number, after: number])[];
  /** int8 constant of one element to fill with; null for the real value 0. */
  readonly value: TensorId | null;
}

export interface ReverseOp extends OpBase {
  readonly kind: 'reverse';
  readonly input: TensorId;
  readonly output: TensorId;
  readonly axes: readonly number[];
}

/** GATHER, and EMBEDDING_LOOKUP, which is a gather of rows. */
export interface GatherOp extends OpBase {
  readonly kind: 'gather';
  readonly input: TensorId;
  /** int32 positions along the axis. */
  readonly indices: TensorId;
  readonly output: TensorId;
  readonly axis: number;
}
