import { at } from '../../errors';
import { elementsOf } from './tensor';

/** Elements between neighbours along each dimension of a row-major tensor. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementsOf(shape.slice(axis + 1)));
}

/** Calls `visit` with the offset of each element of a box, its last dimension running fastest, and a running count. */
export function forEachInBox(
  sizes: readonly number[],
  strides: readonly number[],
  begin: number,
  visit: (offset: number, index: number) => void,
): void {
  const position = sizes.map(() => 0);
  const count = elementsOf(sizes);
  for (let index = 0, offset = begin; index < count; index++) {
    visit(offset, index);
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const next = at(position, axis) + 1;
      offset += at(strides, axis);
      position[axis] = next;
      if (next < at(sizes, axis)) break;
      offset -= next * at(strides, axis);
      position[axis] = 0;
    }
  }
}

/** Elements of a box, which may be read in any order and, with a stride of 0, again and again. */
export function readBox(
  data: Float32Array,
  sizes: readonly number[],
  strides: readonly number[],
  begin = 0,
): Float32Array {
  const values = new Float32Array(elementsOf(sizes));
  forEachInBox(sizes, strides, begin, (offset, index) => {
    values[index] = at(data, offset);
  });
  return values;
}
