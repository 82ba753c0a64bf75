import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../../errors';
import { listFolder } from '../files';

export const MODEL_FILE = 'model.tflite';

/** A folder with a model, the inputs of some calls, and the outputs that they must give. */
export interface Case {
  readonly name: string;
  readonly folder: string;
}

/**
 * Finds cases: each path is one, or a folder of them.
 *
 * @throws InputError for a path that is neither.
 */
export async function findCases(paths: readonly string[]): Promise<Case[]> {
  const found = await Promise.all(paths.map(findCasesAt));
  return found.flat();
}

async function findCasesAt(path: string): Promise<Case[]> {
  if (existsSync(join(path, MODEL_FILE))) return [{ name: basename(resolve(path)), folder: path }];
  const cases = (await listFolder(path))
    .filter((name) => existsSync(join(path, name, MODEL_FILE)))
    .map((name) => ({ name, folder: join(path, name) }));
  if (cases.length > 0) return cases;
  throw new InputError(
    `${path}: no case found; a case is a folder with ${MODEL_FILE}, input0.npy and output0.npy`,
  );
}

/** The arrays of one call: `input0.npy`, or `input0-0.npy`, `input0-1.npy`, … where there are several. */
export function arrayFiles(stem: 'input' | 'output', call: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    count === 1 ? `${stem}${call}.npy` : `${stem}${call}-${index}.npy`,
  );
}
