import { at, InputError } from '../errors';
import type { FloatTensor } from '../quantize';
import type { SourceArray } from './arrays';
import { blockOf } from './block';
import type { RealArray, Span } from './block';
import type { InputAxes } from './input-axes';

/** What a model input takes over one sequence, call by call. */
export type InputSequence = readonly FloatTensor[];

/**
 * The sequences in an array: `[batch, time, features]` holds one per batch row, `[time, features]` is one, in the order of
 * the model's own dimensions. A model that fixes its number of timesteps gets a sequence in as many calls as it takes.
 *
 * @throws InputError naming the array, the input, and what is wrong with its type, shape or values.
 */
export function sequencesOf(source: SourceArray, axes: InputAxes): InputSequence[] {
  const { batchPerCall, timestepsPerCall } = axes;
  const form = sequenceForm(axes);
  const array = asSequences(source, valuesOf(source, axes), axes, form);
  const { batchAxis, timeAxis } = form;
  const batch = batchAxis === null ? 1 : at(array.shape, batchAxis);
  const timesteps = at(array.shape, timeAxis);
  const steps = timestepsPerCall ?? timesteps;
  requireMultiple(source, axes, { what: 'sequences', found: batch, of: batchPerCall });
  requireMultiple(source, axes, { what: 'timesteps', found: timesteps, of: steps });
  const rowSpans = (row: number): Span[] =>
    batchAxis === null ? [] : [{ axis: batchAxis, begin: row, size: batchPerCall }];
  return Array.from({ length: batch / batchPerCall }, (_, group) =>
    Array.from({ length: timesteps / steps }, (_call, call) => {
      const span = { axis: timeAxis, begin: call * steps, size: steps };
      const block = blockOf(array, [...rowSpans(group * batchPerCall), span]);
      return axes.timeAxis === null ? { ...block, shape: block.shape.toSpliced(timeAxis, 1) } : block;
    }),
  );
}

/** Dimensions of an array of sequences: the model's, with one for time also where the model has none. */
interface SequenceForm {
  /** Sizes that are not free. */
  readonly sizes: readonly (number | null)[];
  readonly batchAxis: number | null;
  readonly timeAxis: number;
}

function sequenceForm({ shape, batchAxis, timeAxis }: InputAxes): SequenceForm {
  const sizes = shape.map((size, axis) => (axis === batchAxis || axis === timeAxis ? null : size));
  if (timeAxis !== null) return { sizes, batchAxis, timeAxis };
  const inserted = batchAxis === null ? 0 : batchAxis + 1;
  return { sizes: sizes.toSpliced(inserted, 0, null), batchAxis, timeAxis: inserted };
}

/** The array with all dimensions of the form; one that lacks the batch is one sequence. */
function asSequences(
  { label, shape }: SourceArray,
  data: Float32Array,
  { name }: InputAxes,
  { sizes, batchAxis, timeAxis }: SequenceForm,
): RealArray {
  const isOne = batchAxis !== null && shape.length === sizes.length - 1;
  const whole = isOne ? shape.toSpliced(batchAxis, 0, 1) : shape;
  const fits =
    whole.length === sizes.length && whole.every((size, axis) => size > 0 && (sizes[axis] ?? size) === size);
  if (fits) return { shape: whole, data };
  const names = sizes.map((size, axis) =>
    axis === batchAxis ? 'batch' : axis === timeAxis ? 'time' : `${size}`,
  );
  const forms = [names, ...(batchAxis === null ? [] : [names.toSpliced(batchAxis, 1)])];
  const expected = forms.map((form) => `[${form.join(', ')}]`).join(' or ');
  throw new InputError(
    `${label}: input "${name}": shape [${shape.join(', ')}] found, ${expected} with at least 1 in each dimension expected`,
  );
}

function requireMultiple(
  { label }: SourceArray,
  { name, description }: InputAxes,
  { what, found, of }: { readonly what: string; readonly found: number; readonly of: number },
): void {
  if (found % of === 0) return;
  throw new InputError(
    `${label}: input "${name}": ${found} ${what} found; the model runs with ${of} at a time (${description}), so a multiple ` +
      `of ${of} is expected`,
  );
}

/** The values of an array as the float model takes them; positions in a table are whole numbers, exact in float32. */
function valuesOf(source: SourceArray, input: InputAxes): Float32Array {
  return input.dtype === 'int32' ? positions(source, input) : realValues(source, input);
}

function positions({ label, dtype, data }: SourceArray, { name, tableRows }: InputAxes): Float32Array {
  if (!(data instanceof Int32Array)) {
    throw new InputError(
      `${label}: input "${name}": dtype ${dtype} found, int32 expected; it holds positions in a table, such as words: convert ` +
        'it with .astype(numpy.int32)',
    );
  }
  const bad = data.findIndex((value) => value < 0 || value >= (tableRows ?? Infinity));
  if (bad < 0) return Float32Array.from(data);
  throw new InputError(
    `${label}: input "${name}": element ${bad} is ${at(data, bad)}; ` +
      (tableRows === null ? 'positions from 0 on are expected' : `its table has rows 0 to ${tableRows - 1}`),
  );
}

function realValues({ label, dtype, data }: SourceArray, { name }: InputAxes): Float32Array {
  if (!(data instanceof Float32Array)) {
    throw new InputError(
      `${label}: input "${name}": dtype ${dtype} found, float32 expected; ${adviceFor(dtype)}`,
    );
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return data;
  throw new InputError(
    `${label}: input "${name}": element ${bad} is ${at(data, bad)}; finite numbers are expected`,
  );
}

function adviceFor(dtype: string): string {
  return dtype.startsWith('int') || dtype.startsWith('uint')
    ? 'integers have lost their real meaning: give the values that the float model is fed, before any quantization'
    : 'convert it with .astype(numpy.float32)';
}
