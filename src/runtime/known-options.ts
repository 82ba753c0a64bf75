import { InputError } from '../errors';
import type { LoadOptions } from './model';
import { requireTuning } from './plan/lstm-tuning';

/** Options that take one of a few words; TypeScript checks them, JavaScript does not. */
const WORDS: readonly {
  readonly name: string;
  readonly valueOf: (options: LoadOptions) => string | undefined;
  readonly known: readonly string[];
}[] = [
  { name: 'backend', valueOf: ({ backend }) => backend, known: ['webgpu', 'reference'] },
  { name: 'check', valueOf: ({ check }) => check, known: ['off', 'sample', 'every'] },
  { name: 'kernels.dot', valueOf: ({ kernels }) => kernels?.dot, known: ['packed', 'unpacked'] },
  { name: 'kernels.rows', valueOf: ({ kernels }) => kernels?.rows, known: ['subgroup', 'plain'] },
  {
    name: 'kernels.lstm',
    valueOf: ({ kernels }) => kernels?.lstm,
    known: ['step', 'sequence', 'resident', 'frame', 'wavefront'],
  },
  {
    name: 'kernels.activations',
    valueOf: ({ kernels }) => kernels?.activations,
    known: ['computed', 'table'],
  },
];

/** @throws InputError for a word that an option does not know, or a tuning that no tuner wrote. */
export function requireKnownOptions(options: LoadOptions): void {
  for (const { name, valueOf, known } of WORDS) {
    const value = valueOf(options);
    if (value === undefined || known.includes(value)) continue;
    const expected = known.map((word) => `'${word}'`).join(' or ');
    throw new InputError(`option ${name} is ${JSON.stringify(value)}; ${expected} is expected`);
  }
  if (options.kernels?.tuning !== undefined) requireTuning(options.kernels.tuning);
}
