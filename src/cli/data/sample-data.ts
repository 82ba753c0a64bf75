import { arraysIn, inputAxes, samplesOf } from '../../data';
import type { InputArrays, InputAxes } from '../../data';
import { at, InputError } from '../../errors';
import type { CalibrationSample } from '../../quantize';
import type { Graph } from '../../model';
import { readBytes } from '../files';
import { arrayFiles } from './array-files';

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
  /** Most timesteps of a call. */
  readonly timesteps: number;

  private constructor(
    groups: readonly FileGroup[],
    axes: readonly InputAxes[],
    sizes: Pick<SampleData, 'count' | 'timesteps'>,
  ) {
    this.#groups = groups;
    this.#axes = axes;
    this.count = sizes.count;
    this.timesteps = sizes.timesteps;
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
    let [count, timesteps] = [0, 1];
    for (const group of groups) {
      const samples = await readGroup(group, axes);
      count += samples.length;
      for (const inputs of samples.flatMap(({ calls }) => calls)) {
        axes.forEach(({ timeAxis }, input) => {
          if (timeAxis !== null) timesteps = Math.max(timesteps, at(at(inputs, input).shape, timeAxis));
        });
      }
    }
    return new SampleData(groups, axes, { count, timesteps });
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
    return new SampleData(this.#groups, this.#axes, {
      count: Math.min(count, this.count),
      timesteps: this.timesteps,
    });
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
  const files = new Map<string, InputArrays>();
  for (const path of new Set(paths)) {
    files.set(path, { label: path, arrays: arraysIn(path, await readBytes(path)) });
  }
  return samplesOf(
    paths.flatMap((path) => files.get(path) ?? []),
    axes,
  );
}
