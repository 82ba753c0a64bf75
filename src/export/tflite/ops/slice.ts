import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../../import/tflite/generated/builtin-options';
import { createStridedSliceOptions } from '../../../import/tflite/generated/strided-slice-options';
import type { SliceDimension, SliceOp } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { addIntegers } from './integer-settings';

/** STRIDED_SLICE in int8: version 2, 6 with new dimensions. SLICE says less, so everything is written as this. */
export function writeSlice(op: SliceOp, { builder, tensors }: OperatorScope): WrittenOperator {
  const { dimensions } = op;
  const maskOf = (holds: (dimension: SliceDimension) => boolean): number =>
    dimensions.reduce((mask, dimension, entry) => (holds(dimension) ? mask | (1 << entry) : mask), 0);
  const newAxes = maskOf(({ kind }) => kind === 'newAxis');
  const offset = createStridedSliceOptions(
    builder,
    maskOf((dimension) => dimension.kind === 'range' && dimension.begin === null),
    maskOf((dimension) => dimension.kind === 'range' && dimension.end === null),
    0,
    newAxes,
    maskOf(({ kind }) => kind === 'index'),
    false,
  );
  const settings = (role: string, value: (dimension: SliceDimension) => number): number =>
    addIntegers(tensors, `${op.name}_${role}`, dimensions.map(value));
  return {
    operator: BuiltinOperator.STRIDED_SLICE,
    version: newAxes === 0 ? 2 : 6,
    inputs: [
      op.input,
      settings('beginnings', beginOf),
      settings('ends', endOf),
      settings('strides', (dimension) => (dimension.kind === 'range' ? dimension.stride : 1)),
    ],
    outputs: [op.output],
    options: { type: BuiltinOptions.StridedSliceOptions, offset },
  };
}

function beginOf(dimension: SliceDimension): number {
  if (dimension.kind === 'index') return dimension.index;
  return dimension.kind === 'range' ? (dimension.begin ?? 0) : 0;
}

/** For an index TFLite looks at the beginning alone. */
function endOf(dimension: SliceDimension): number {
  if (dimension.kind === 'index') return dimension.index + 1;
  return dimension.kind === 'range' ? (dimension.end ?? 0) : 0;
}
