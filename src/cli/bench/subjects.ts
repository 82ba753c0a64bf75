import { basename, join } from 'node:path';
import type { BenchSubject } from '../../bench';
import { parseShape, SHAPES } from '../../bench';
import { InputError } from '../../errors';
import { readBytes } from '../files';

/** Beside `dist/`, in a checkout and in the published package. */
const MODELS = join(import.meta.dirname, '../models');
/** Models that come with the package, by the name that stands for their path. */
const EMBEDDED: Readonly<Record<string, string>> = { digits: join(MODELS, 'digits.tflite') };

export interface SubjectOptions {
  /** Names of known shapes. */
  readonly shapes?: readonly string[];
  /** Shapes of the user's own. */
  readonly shape?: readonly string[];
  /** Paths of model files, or names of embedded models. */
  readonly model?: readonly string[];
  readonly timesteps?: number;
  readonly batch?: number;
}

/**
 * What to benchmark; all known shapes and embedded models unless the user names something.
 *
 * @throws InputError for a name or sizes that mean nothing, or a file that cannot be read.
 */
export async function readSubjects(options: SubjectOptions): Promise<BenchSubject[]> {
  const { shapes, shape, model, timesteps, batch } = options;
  const all = shapes === undefined && shape === undefined && model === undefined;
  const known = all ? SHAPES.map(({ name }) => name) : (shapes ?? []);
  const subjects: BenchSubject[] = [];
  for (const name of known) {
    const found = SHAPES.find((candidate) => candidate.name === name);
    if (found === undefined) {
      const names = SHAPES.map((candidate) => candidate.name).join(', ');
      throw new InputError(`--shapes: "${name}" is none of ${names}; for sizes of your own use --shape`);
    }
    subjects.push({ kind: 'shape', shape: found });
  }
  for (const text of shape ?? []) subjects.push({ kind: 'shape', shape: parseShape(text) });
  for (const name of all ? Object.keys(EMBEDDED) : (model ?? [])) {
    const path = EMBEDDED[name] ?? name;
    subjects.push({
      kind: 'model',
      name: basename(path, '.tflite'),
      bytes: await readBytes(path),
      ...(timesteps === undefined ? {} : { timesteps }),
      ...(batch === undefined ? {} : { batch }),
    });
  }
  return subjects;
}
