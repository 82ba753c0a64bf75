import type { BoxSizes } from '../contract/op-parameters';

/** Where the elements of a box lie, in row-major order of its sizes. */
export function boxOffsets(sizes: BoxSizes, strides: BoxSizes): number[] {
  let result = [0];
  for (let axis = 0; axis < sizes.length; axis++) {
    result = result.flatMap((start) =>
      Array.from({ length: sizes[axis]! }, (_, step) => start + step * strides[axis]!),
    );
  }
  return result;
}
