import { at, InputError } from '../../errors';
import type { CalibrationSample } from '../../quantize';
import type { Graph } from '../../model';
import { arrayFiles, readArrays } from './array-files';
import type { SourceArray } from './array-files';
import { inputAxes } from './input-axes';
import type { InputAxes } from './input-axes';
import { sequencesOf } from './sequences';
import type { InputSequence } from './sequences';

/** Files that are read together: one for all inputs of a model, or one per input. */
interface FileGroup {
  /** By position of the input; an archive of all of them stands at each. */
  readonly paths: readonly string[];
}

/**
 * Sequences that the user gave as files, for a model of any number of inputs. Files are read when their turn comes, and may
 * be read again: each iteration begins anew.
 */
export class SampleData implements AsyncIterable<CalibrationSample> {
  readonly #groups: readonly FileGroup[];
  readonly #axes: readonly InputAxes[];
  /** Number of sequences. */
  readonly count: number;

  private constructor(groups: readonly FileGroup[], axes: readonly InputAxes[], count: number) {
    this.#groups = groups;
    this.#axes = axes;
    this.count = count;
  }

  /**
   * Looks at all files once, so that nothing begins with data that cannot be used.
   *
   * @param option that the arguments belong to, for messages: `--calibrate`
   * @param words paths of files or folders; with several inputs `NAME=PATH`, or archives with an array per input
   * @throws InputError naming the file, and the input, that cannot be used.
   */
  static async open(option: string, words: readonly string[], graph: Graph): Promise<SampleData> {
    const axes = inputAxes(graph);
    const groups = await groupFiles(option, words, axes);
    let count = 0;
    for (const group of groups) count += (await readGroup(group, axes)).length;
    return new SampleData(groups, axes, count);
  }

  /** One sequence after the other, in the order of the arguments. */
  async *[Symbol.asyncIterator](): AsyncGenerator<CalibrationSample, void, undefined> {
    let left = this.count;
    for (const group of this.#groups) {
      for (const sample of await readGroup(group, this.#axes)) {
        if (left === 0) return;
        left -= 1;
        yield sample;
      }
    }
  }

  /** The first sequences alone. */
  first(count: number): SampleData {
    return new SampleData(this.#groups, this.#axes, Math.min(count, this.count));
  }
}

async function groupFiles(
  option: string,
  words: readonly string[],
  axes: readonly InputAxes[],
): Promise<FileGroup[]> {
  const named = new Map<string, string[]>();
  const groups: FileGroup[] = [];
  for (const word of words) {
    const input = axes.find(({ name }) => word.startsWith(`${name}=`));
    const files = await arrayFiles(input === undefined ? word : word.slice(input.name.length + 1));
    if (input === undefined) groups.push(...files.map((path) => ({ paths: axes.map(() => path) })));
    else named.set(input.name, [...(named.get(input.name) ?? []), ...files]);
  }
  if (named.size === 0) return groups;
  const lists = axes.map(({ name }) => named.get(name) ?? []);
  const [first = []] = lists;
  axes.forEach(({ name }, index) => {
    const { length } = at(lists, index);
    if (length === first.length) return;
    throw new InputError(
      `${option}: ${length} files for input "${name}", ${first.length} for "${at(axes, 0).name}"; as many are expected, in ` +
        'the same order',
    );
  });
  return [...groups, ...first.map((_, file) => ({ paths: lists.map((list) => at(list, file)) }))];
}

async function readGroup({ paths }: FileGroup, axes: readonly InputAxes[]): Promise<CalibrationSample[]> {
  const read = new Map<string, Promise<SourceArray[]>>();
  const perInput: InputSequence[][] = [];
  for (const [index, input] of axes.entries()) {
    const path = at(paths, index);
    const arrays = read.get(path) ?? readArrays(path);
    read.set(path, arrays);
    const isShared = axes.length > 1 && at(paths, 0) === at(paths, axes.length - 1);
    const own = isShared ? arraysOfInput(path, await arrays, input) : await arrays;
    perInput.push(own.flatMap((array) => sequencesOf(array, input)));
  }
  const [first = []] = perInput;
  return first.map((sequence, position): CalibrationSample => {
    const ofInputs = perInput.map((sequences, index) => {
      const other = sequences[position];
      if (other !== undefined && sequences.length === first.length && other.length === sequence.length)
        return other;
      throw new InputError(
        `${at(paths, index)}: input "${at(axes, index).name}" has ${describe(sequences)}, "${at(axes, 0).name}" has ` +
          `${describe(first)}; as many are expected`,
      );
    });
    return { calls: sequence.map((_, call) => ofInputs.map((calls) => at(calls, call))) };
  });
}

/** An archive for a model of several inputs has an array of each one's name. */
function arraysOfInput(path: string, arrays: readonly SourceArray[], { name }: InputAxes): SourceArray[] {
  const own = arrays.filter(({ entry }) => entry === name);
  if (own.length > 0) return own;
  throw new InputError(
    `${path}: no array for input "${name}"; give each input its file as ${name}=FILE, or one archive with arrays of ` +
      "the inputs' names",
  );
}

function describe(sequences: readonly InputSequence[]): string {
  const calls = sequences.reduce((sum, sequence) => sum + sequence.length, 0);
  return `${sequences.length} sequences in ${calls} calls`;
}
