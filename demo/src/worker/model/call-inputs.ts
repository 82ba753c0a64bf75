import { InputError } from 'octogate';
import type { InputValues, Model, ModelEnd } from 'octogate';
import { callInputs, inputAxes, shapeSizes } from 'octogate/data';
import type { CallInputs, SourceArray } from 'octogate/data';
import { arraySamples, nameOf } from './calibration-data';
import { normalValues, wholeValues } from './random-values';

/** Inputs of a run that are drawn by chance. */
export interface RandomInputs {
  readonly batch: number;
  /** Of all calls together; a model that fixes its timesteps takes them in several. */
  readonly timesteps: number;
  readonly seed: number;
}

/** Consecutive calls on one state, all of the same sizes. */
export type Calls = readonly CallInputs[];

export function randomCalls(model: Model, { batch, timesteps, seed }: RandomInputs): Calls {
  const perCall = model.timesteps.fixedBecause === null ? timesteps : model.timesteps.inFile;
  const sizes = { batch: model.batch.fixedBecause === null ? batch : model.batch.inFile, timesteps: perCall };
  // A session takes real numbers at all inputs or at none.
  const isReal = model.inputs.some(({ dtype }) => dtype === 'float32');
  const calls = Math.max(1, Math.round(timesteps / perCall));
  return Array.from({ length: calls }, (_, call) => ({
    ...sizes,
    values: Object.fromEntries(
      model.inputs.map((end, input): [string, InputValues] => {
        const count = shapeSizes(end.shape, sizes).reduce((product, size) => product * size, 1);
        return [end.name, drawn(model, input, count, { seed: seed + 7919 * (input + 31 * call), isReal })];
      }),
    ),
  }));
}

function drawn(
  model: Model,
  input: number,
  count: number,
  { seed, isReal }: { readonly seed: number; readonly isReal: boolean },
): InputValues {
  const end = model.inputs[input];
  if (end?.dtype === 'int32') {
    const rows = inputAxes(model.graph)[input]?.tableRows ?? 1;
    return Int32Array.from(wholeValues(seed, count, [0, rows - 1]));
  }
  return isReal ? normalValues(seed, count) : Int8Array.from(wholeValues(seed, count, [-128, 127]));
}

/**
 * A visitor's arrays as calls: one call with all of them where the model takes any sizes; else the first sequence, in as many
 * calls as it takes.
 *
 * @throws InputError naming the array that does not fit.
 */
export function arrayCalls(model: Model, arrays: readonly SourceArray[]): Calls {
  const isFixed = model.batch.fixedBecause !== null || model.timesteps.fixedBecause !== null;
  if (isFixed && arrays.every(({ dtype }) => dtype === 'float32')) {
    const [sample] = arraySamples(model.graph, arrays);
    if (sample === undefined) throw new InputError('the arrays hold no sequence');
    return sample.calls.map((inputs) =>
      callInputs(
        model,
        inputs.map(({ shape, data }) => ({ label: 'a sequence', dtype: 'float32', shape, data })),
      ),
    );
  }
  const chosen = model.inputs.map(({ name, shape }, index) => {
    const array = arrays.find((candidate) => nameOf(candidate) === name) ?? arrays[index];
    if (array !== undefined) return withBatch(array, shape);
    throw new InputError(`no array for input "${name}"; give as many as the model has inputs`);
  });
  return [callInputs(model, chosen)];
}

/** An array that lacks the batch is one sequence. */
function withBatch(array: SourceArray, shape: ModelEnd['shape']): SourceArray {
  const axis = shape.findIndex((dimension) => dimension.includes('batch'));
  if (axis < 0 || array.shape.length !== shape.length - 1) return array;
  return { ...array, shape: array.shape.toSpliced(axis, 0, 1) };
}
