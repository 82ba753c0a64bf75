import { at, InputError } from '../errors';
import { dequantizeValues, quantizeValues } from '../lower/real-values';
import { inputSizes } from '../model/shapes/input-sizes';
import { shapeSizes } from '../model/shapes';
import type { SessionSizes } from '../model/shapes';
import type { Model } from '../runtime/model';
import type { ModelEnd } from '../runtime/model-end';
import type { InputValues, Values } from '../runtime/session';
import { requireDtype } from './npy';
import type { AnyNpyArray, NpyArray } from './npy';

/** An array with what messages call it. */
export interface LabelledArray extends AnyNpyArray {
  /** What messages call the array. */
  readonly label: string;
}

/** The inputs of one call, as a session takes them, and the sizes that they have. */
export interface CallInputs extends SessionSizes {
  /** By name of the input. */
  readonly values: Readonly<Record<string, InputValues>>;
}

/**
 * Arrays as the inputs of one call: int8 as the model holds them, or float32 real values, which are quantized by the
 * input's scale, so that what comes back is int8 again. Batch and timesteps follow from their shapes.
 *
 * @param arrays one per input of the model, in its order
 * @throws InputError naming the array whose type or shape the model does not take.
 */
export function callInputs(
  model: Pick<Model, 'inputs' | 'batch' | 'timesteps'>,
  arrays: readonly LabelledArray[],
): CallInputs {
  const entries = model.inputs.map((end, index): [string, InputValues] => {
    const array = at(arrays, index);
    return [end.name, inputValues(end, requireDtype(array.label, array, dtypesOf(end)).data, array.label)];
  });
  let sizes: ReturnType<typeof inputSizes>;
  try {
    sizes = inputSizes(
      model.inputs.map(({ name, shape }, index) => ({ name, shape, sizes: at(arrays, index).shape })),
    );
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const labels = arrays.map(({ label }) => label).join(', ');
    throw new InputError(`${labels}: ${error.message}`, { cause: error });
  }
  return {
    values: Object.fromEntries(entries),
    batch: sizes.batch ?? model.batch.inFile,
    timesteps: sizes.timesteps ?? model.timesteps.inFile,
  };
}

/** What an input may be given as; int8 ones also as the real values that they stand for. */
function dtypesOf({ dtype }: ModelEnd): readonly ('int8' | 'int32' | 'float32')[] {
  if (dtype === 'int32' || dtype === 'float32') return [dtype];
  return ['int8', 'float32'];
}

function inputValues(end: ModelEnd, data: InputValues, label: string): InputValues {
  if (end.dtype !== 'int8' || !(data instanceof Float32Array)) return data;
  if (end.quantization !== null) return quantizeValues(label, data, end.quantization);
  throw new InputError(`${label}: dtype float32 found, but input "${end.name}" has no scale; pass int8`);
}

/** One output of a call, in its own shape. */
export interface CallOutput extends NpyArray<'int8' | 'float32'> {
  /** Which output it is. */
  readonly end: ModelEnd;
}

/**
 * One output of a call with its shape.
 *
 * @param results what `Session.runNamed` gave
 * @param type what to return it as, whatever type it came in; one that an island computes in float32 stays so
 * @throws InputError if it has no scale to be converted by.
 */
export function callOutput(
  end: ModelEnd,
  results: Readonly<Record<string, Values>>,
  sizes: SessionSizes,
  type: 'int8' | 'float32',
): CallOutput {
  const values = results[end.name];
  if (values === undefined) throw new TypeError(`output ${end.name} is missing`);
  return { end, shape: shapeSizes(end.shape, sizes), data: inType(values, type, end) };
}

function inType(values: Values, type: 'int8' | 'float32', { name, quantization }: ModelEnd): Values {
  if (type === 'int8' ? values instanceof Int8Array : values instanceof Float32Array) return values;
  if (quantization === null) {
    if (values instanceof Float32Array) return values;
    throw new InputError(`output "${name}" has no scale, so it stays int8`);
  }
  // Exact: a session made these floats from int8 values by the same scale.
  if (values instanceof Float32Array) return quantizeValues(name, values, quantization);
  return dequantizeValues(values, quantization);
}
