import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run conformance -- [options]

Generates random LSTM models and compares every backend with the reference, value by value. With --cases, runs recorded
cases instead, and compares every backend, the reference too, with the recorded outputs.

  --count N        cases per seed (default 200)
  --seed S         seed of a run; may be repeated (default: by the clock, and printed)
  --first K        index of the first case, to run one again alone (default 0)
  --cases FOLDER   a folder of case folders: model.tflite, input0.npy, output0.npy, and so on for each call
  --leg NAME       tflite, webgpu, reference, chromium or firefox; may be repeated (default tflite and webgpu)
  --adapter NAME   adapters whose name or driver contains this; may be repeated (default every adapter)
  --kernels WORDS  kernel paths whose name contains all these words, such as "step packed"; may be repeated (default every path)
  --save FOLDER    where reduced failures go (default test/known-issues)
  --help`;

const LEG_KINDS = ['tflite', 'webgpu', 'reference', 'chromium', 'firefox'] as const;
export type LegKind = (typeof LEG_KINDS)[number];

export interface LabOptions {
  readonly count: number;
  readonly seeds: readonly number[];
  readonly first: number;
  /** null for generated ones. */
  readonly cases: string | null;
  readonly legs: readonly LegKind[];
  /** Empty for all. */
  readonly adapters: readonly string[];
  /** Empty for all; else lists of words. */
  readonly kernels: readonly string[];
  readonly save: string;
}

/** What is wrong with a command line, in words. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @returns null if help was asked for */
export function parseLabOptions(args: readonly string[], clock: number): LabOptions | null {
  const { values } = parse(args);
  if (values.help === true) return null;
  return {
    count: wholeNumber('count', values.count ?? '200'),
    seeds: (values.seed ?? [String(clock % 1_000_000)]).map((text) => wholeNumber('seed', text)),
    first: wholeNumber('first', values.first ?? '0'),
    cases: values.cases ?? null,
    legs: (values.leg ?? ['tflite', 'webgpu']).map(legKind),
    adapters: values.adapter ?? [],
    kernels: values.kernels ?? [],
    save: values.save ?? 'test/known-issues',
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        count: { type: 'string' },
        seed: { type: 'string', multiple: true },
        first: { type: 'string' },
        cases: { type: 'string' },
        leg: { type: 'string', multiple: true },
        adapter: { type: 'string', multiple: true },
        kernels: { type: 'string', multiple: true },
        save: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= 0 && number < 2 ** 32) return number;
  throw new UsageError(`--${name} ${text}: a whole number from 0 on is expected`);
}

function legKind(text: string): LegKind {
  const kind = LEG_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new UsageError(`--leg ${text}: ${LEG_KINDS.join(', ')} are known`);
}
