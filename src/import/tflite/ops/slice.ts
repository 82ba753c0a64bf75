import { at, ModelFormatError } from '../../../errors';
import type { SliceDimension, SliceOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { StridedSliceOptions } from '../generated/strided-slice-options';
import type { OperatorReader } from '../operator-reader';
import { integers } from './integer-settings';

const WHOLE: SliceDimension = { kind: 'range', begin: null, end: null, stride: 1 };

/** SLICE: a beginning and a size per dimension, -1 for all that is left. */
export function readSlice(operator: OperatorReader): SliceOp {
  operator.requireInputs(3);
  operator.requireOutputs(1);
  const shape = operator.inputShape(0, 'input');
  const begins = entries(operator, integers(operator, 1, 'beginnings'), shape.length);
  const sizes = entries(operator, integers(operator, 2, 'sizes'), shape.length);
  const dimensions = shape.map((whole, axis): SliceDimension => {
    const [begin, size] = [at(begins, axis), at(sizes, axis)];
    if (begin < 0 || size < -1 || begin + Math.max(size, 0) > whole) {
      throw new ModelFormatError(
        `${operator.subject}: ${size} elements from ${begin} on are not in a dimension of ${whole}`,
      );
    }
    return { kind: 'range', begin, end: size === -1 ? null : begin + size, stride: 1 };
  });
  return {
    ...operator.base('slice'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    dimensions,
  };
}

/** STRIDED_SLICE: Python's slicing, its special forms as bits of masks. */
export function readStridedSlice(operator: OperatorReader): SliceOp {
  operator.requireInputs(4);
  operator.requireOutputs(1);
  const options =
    operator.options(BuiltinOptions.StridedSliceOptions, new StridedSliceOptions()) ??
    operator.refuse('has no options, so no masks; convert the model again');
  if (options.offset()) operator.refuse('counts its ends from its beginnings; convert the model again');
  return {
    ...operator.base('slice'),
    input: operator.input(0, 'input'),
    output: operator.output(0),
    dimensions: readDimensions(operator, options),
  };
}

function readDimensions(operator: OperatorReader, options: StridedSliceOptions): SliceDimension[] {
  const begins = integers(operator, 1, 'beginnings');
  const ends = entries(operator, integers(operator, 2, 'ends'), begins.length);
  const strides = entries(operator, integers(operator, 3, 'strides'), begins.length);
  const rank = operator.inputShape(0, 'input').length;
  const isSet = (mask: number, entry: number): boolean => ((mask >> entry) & 1) === 1;
  const isNewAxis = (entry: number): boolean =>
    isSet(options.newAxisMask(), entry) && !isSet(options.ellipsisMask(), entry);
  const dimensions: SliceDimension[] = [];
  for (const entry of begins.keys()) {
    if (isSet(options.ellipsisMask(), entry)) {
      const others = [...begins.keys()].filter((other) => other !== entry && !isNewAxis(other)).length;
      dimensions.push(...Array<SliceDimension>(Math.max(0, rank - others)).fill(WHOLE));
    } else if (isNewAxis(entry)) {
      dimensions.push({ kind: 'newAxis' });
    } else {
      dimensions.push(
        readDimension(operator, {
          begin: isSet(options.beginMask(), entry) ? null : at(begins, entry),
          end: isSet(options.endMask(), entry) ? null : at(ends, entry),
          stride: at(strides, entry),
          drops: isSet(options.shrinkAxisMask(), entry),
        }),
      );
    }
  }
  if (dimensions.filter(({ kind }) => kind !== 'newAxis').length > rank) {
    throw new ModelFormatError(`${operator.subject}: slices more than the ${rank} dimensions of its input`);
  }
  return dimensions;
}

function readDimension(
  operator: OperatorReader,
  entry: {
    readonly begin: number | null;
    readonly end: number | null;
    readonly stride: number;
    readonly drops: boolean;
  },
): SliceDimension {
  const { begin, end, stride, drops } = entry;
  if (stride === 0)
    throw new ModelFormatError(`${operator.subject}: has a stride of 0; convert the model again`);
  if (drops) return { kind: 'index', index: begin ?? 0 };
  return { kind: 'range', begin, end, stride };
}

function entries(operator: OperatorReader, values: number[], expected: number): number[] {
  if (values.length === expected) return values;
  throw new ModelFormatError(
    `${operator.subject}: says where to slice ${values.length} dimensions, ${expected} expected; convert the model again`,
  );
}
