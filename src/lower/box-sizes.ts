import type { BoxSizes } from '../contract/op-parameters';
import { BOX_DIMENSIONS } from '../contract/op-parameters';
import { at } from '../errors';
import { elementCount } from '../model/shapes';

/** Elements between neighbours along each dimension of a row-major tensor. */
export function rowMajorStrides(sizes: readonly number[]): number[] {
  return sizes.map((_, axis) => elementCount(sizes.slice(axis + 1)));
}

/**
 * `values` with leading `fill`s up to the number of dimensions that kernels walk.
 *
 * @throws TypeError if there are more; lowering refuses such tensors.
 */
export function padSizes(values: readonly number[], fill: number): BoxSizes {
  const missing = BOX_DIMENSIONS - values.length;
  if (missing < 0) throw new TypeError(`${values.length} dimensions are more than ${BOX_DIMENSIONS}`);
  const all = [...Array<number>(missing).fill(fill), ...values];
  return [at(all, 0), at(all, 1), at(all, 2), at(all, 3), at(all, 4)];
}

/** Size of a tensor's last dimension; 1 for a scalar. */
export function rowElements(sizes: readonly number[]): number {
  return sizes.at(-1) ?? 1;
}
