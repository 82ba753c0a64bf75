import { ModelFormatError } from '../errors';
import type { SliceDimension, SplitOp } from './move-ops';

type Range = Extract<SliceDimension, { kind: 'range' }>;

/**
 * First element and number of elements that a range takes of a dimension. Positions are clamped to the dimension, as
 * TFLite `kernels/internal/strided_slice_logic.h` does.
 */
export function rangeSteps({ begin, end, stride }: Range, size: number): { first: number; count: number } {
  const [lowest, highest] = stride > 0 ? [0, size] : [-1, size - 1];
  const resolve = (position: number): number =>
    Math.min(Math.max(position < 0 ? position + size : position, lowest), highest);
  const first = begin === null ? (stride > 0 ? 0 : size - 1) : resolve(begin);
  const last = end === null ? (stride > 0 ? size : -1) : resolve(end);
  return { first, count: Math.max(0, Math.ceil((last - first) / stride)) };
}

/** Whether a range takes all of a dimension of any size, forwards or backwards. */
export function isWhole({ begin, end, stride }: Range): boolean {
  const first = stride > 0 ? 0 : -1;
  return Math.abs(stride) === 1 && (begin === null || begin === first) && end === null;
}

/**
 * Elements of each output of a split along its axis.
 *
 * @throws ModelFormatError if they do not add up to the input's.
 */
export function splitParts(op: SplitOp, size: number): number[] {
  const count = op.outputs.length;
  const stated = op.sizes ?? Array<number>(count).fill(size / count);
  const known = stated.filter((part) => part !== -1).reduce((sum, part) => sum + part, 0);
  const parts = stated.map((part) => (part === -1 ? size - known : part));
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (
    total !== size ||
    parts.length !== count ||
    !parts.every((part) => Number.isInteger(part) && part > 0)
  ) {
    throw new ModelFormatError(
      `${op.name}: ${size} elements do not split into ${count} parts [${parts.join(', ')}]`,
    );
  }
  return parts;
}
