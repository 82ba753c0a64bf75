import { at, InputError } from '../errors';
import type { CalibrationSample } from '../quantize';
import type { SourceArray } from './arrays';
import type { InputAxes } from './input-axes';
import { sequencesOf } from './sequences';
import type { InputSequence } from './sequences';

/** What one input of a model is given: the arrays of a file. */
export interface InputArrays {
  /** What messages call the file. */
  readonly label: string;
  /** The arrays of the file. */
  readonly arrays: readonly SourceArray[];
}

/**
 * Sequences for a model of one or several inputs.
 *
 * @param perInput by position of the input; a file that stands at each of several is an archive of all of them, by name
 * @param axes of the model's inputs
 * @throws InputError naming the file, and the input, that cannot be used.
 */
export function samplesOf(perInput: readonly InputArrays[], axes: readonly InputAxes[]): CalibrationSample[] {
  const isShared = axes.length > 1 && at(perInput, 0).label === at(perInput, axes.length - 1).label;
  const sequences = axes.map((input, index): InputSequence[] => {
    const { label, arrays } = at(perInput, index);
    const own = isShared ? arraysOfInput(label, arrays, input) : arrays;
    return own.flatMap((array) => sequencesOf(array, input));
  });
  const [first = []] = sequences;
  return first.map((sequence, position): CalibrationSample => {
    const ofInputs = sequences.map((ofInput, index) => {
      const other = ofInput[position];
      if (other !== undefined && ofInput.length === first.length && other.length === sequence.length)
        return other;
      throw new InputError(
        `${at(perInput, index).label}: input "${at(axes, index).name}" has ${describe(ofInput)}, "${at(axes, 0).name}" has ` +
          `${describe(first)}; as many are expected`,
      );
    });
    return { calls: sequence.map((_, call) => ofInputs.map((calls) => at(calls, call))) };
  });
}

/** An archive for a model of several inputs has an array of each one's name. */
function arraysOfInput(
  label: string,
  arrays: readonly SourceArray[],
  { name }: InputAxes,
): readonly SourceArray[] {
  const own = arrays.filter(({ entry }) => entry === name);
  if (own.length > 0) return own;
  throw new InputError(
    `${label}: no array for input "${name}"; give each input its own file (on the command line as ${name}=FILE), or one ` +
      "archive with arrays of the inputs' names",
  );
}

function describe(sequences: readonly InputSequence[]): string {
  const calls = sequences.reduce((sum, sequence) => sum + sequence.length, 0);
  return `${sequences.length} sequences in ${calls} calls`;
}
