import { at, ModelFormatError } from '../errors';
import { elementCount } from '../model/shapes';

/**
 * Values known at import, row-major: weights, settings of ops, or the running numbers of state elements. Integers of any
 * width are held as doubles; those beyond 2^53 only ever mean "to the end".
 */
export interface NdArray {
  readonly shape: readonly number[];
  readonly type: 'float' | 'integer';
  readonly data: Float32Array | Float64Array;
}

/** Elements of one folded array, at most. Weights are not folded, so this is far more than shapes and states need. */
const MOST_ELEMENTS = 1 << 24;

export function integers(values: readonly number[], shape: readonly number[] = [values.length]): NdArray {
  return { shape, type: 'integer', data: Float64Array.from(values) };
}

/** @throws ModelFormatError for more elements than a model folds. */
function allocate(type: NdArray['type'], shape: readonly number[]): Float32Array | Float64Array {
  const elements = elementCount(shape);
  if (elements > MOST_ELEMENTS) {
    throw new ModelFormatError(
      `a constant of shape [${shape.join(', ')}] is computed; at most ${MOST_ELEMENTS} elements are, fold it before the export`,
    );
  }
  return type === 'float' ? new Float32Array(elements) : new Float64Array(elements);
}

export function filled({ type }: Pick<NdArray, 'type'>, shape: readonly number[], value: number): NdArray {
  return { shape, type, data: allocate(type, shape).fill(value) };
}

/** Same elements, other dimensions of as many. */
export function reshaped(array: NdArray, shape: readonly number[]): NdArray {
  return { ...array, shape };
}

/** Distance between neighbours along each dimension. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

/** Element at `offset + sum of index * stride`, for every index of `shape`. */
export function strided(
  { type, data }: NdArray,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): NdArray {
  const result = allocate(type, shape);
  const index = shape.map(() => 0);
  let source = offset;
  for (let target = 0; target < result.length; target++) {
    result[target] = at(data, source);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = at(index, axis) + 1;
      source += at(strides, axis);
      if (next < at(shape, axis)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      source -= next * at(strides, axis);
    }
  }
  return { shape, type, data: result };
}

/** Dimension i of the result is dimension `permutation[i]`. */
export function transposed(array: NdArray, permutation: readonly number[]): NdArray {
  const strides = stridesOf(array.shape);
  return strided(
    array,
    permutation.map((axis) => at(array.shape, axis)),
    permutation.map((axis) => at(strides, axis)),
  );
}

/** Every `step`-th of `count` elements from `first`, along one dimension. */
export function ranged(
  array: NdArray,
  axis: number,
  { first, count, step }: { readonly first: number; readonly count: number; readonly step: number },
): NdArray {
  const strides = stridesOf(array.shape);
  const stride = at(strides, axis);
  return strided(array, array.shape.with(axis, count), strides.with(axis, stride * step), first * stride);
}

/** One after the other along a dimension; the others agree. */
export function concatenated(arrays: readonly NdArray[], axis: number): NdArray {
  const first = at(arrays, 0);
  const size = arrays.reduce((sum, { shape }) => sum + at(shape, axis), 0);
  const shape = first.shape.with(axis, size);
  const data = allocate(first.type, shape);
  const outer = elementCount(shape.slice(0, axis));
  const row = elementCount(shape.slice(axis));
  let begin = 0;
  for (const array of arrays) {
    const part = elementCount(array.shape.slice(axis));
    for (let index = 0; index < outer; index++) {
      data.set(array.data.subarray(index * part, (index + 1) * part), index * row + begin);
    }
    begin += part;
  }
  return { shape, type: first.type, data };
}

/** Elements at `indices` along a dimension, whose place the dimensions of `indices` take. */
export function taken(array: NdArray, indices: NdArray, axis: number): NdArray {
  const [before, after] = [array.shape.slice(0, axis), array.shape.slice(axis + 1)];
  const shape = [...before, ...indices.shape, ...after];
  const data = allocate(array.type, shape);
  const inner = elementCount(after);
  const size = at(array.shape, axis);
  let target = 0;
  for (let outer = 0; outer < elementCount(before); outer++) {
    for (const index of indices.data) {
      const source = (outer * size + index) * inner;
      data.set(array.data.subarray(source, source + inner), target);
      target += inner;
    }
  }
  return { shape, type: array.type, data };
}
