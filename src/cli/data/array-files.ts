import { basename, extname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { InputError } from '../../errors';
import { listFolder, readBytes, statFile } from '../files';
import { parseNpy } from '../npy';
import type { AnyNpyArray } from '../npy';

/** An array that the user gave: a file, or an entry of an archive. */
export interface SourceArray extends AnyNpyArray {
  /** What messages call it: `calibration.npz/rows`. */
  readonly label: string;
  /** Name inside its archive, which may be that of a model's input; null for a file of its own. */
  readonly entry: string | null;
}

const ARRAY = '.npy';
const ARCHIVE = '.npz';

/**
 * The `.npy` and `.npz` files that a path stands for: itself, or those in the folder, sorted by name.
 *
 * @throws InputError, beginning with the path, if it does not exist, is neither, or is a folder without any.
 */
export async function arrayFiles(path: string): Promise<string[]> {
  if (!(await statFile(path)).isDirectory()) {
    if (isArrayFile(path)) return [path];
    throw new InputError(`${path}: expected a ${ARRAY} or ${ARCHIVE} file, or a folder of those`);
  }
  const names = (await listFolder(path)).filter(isArrayFile);
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new InputError(`${path}: the folder holds no ${ARRAY} or ${ARCHIVE} file`);
}

/**
 * The arrays in a file, in the order of the archive.
 *
 * @throws InputError, beginning with the path, if the file cannot be read, is damaged or holds no array.
 */
export async function readArrays(path: string): Promise<SourceArray[]> {
  const bytes = await readBytes(path);
  if (extname(path).toLowerCase() === ARRAY) return [{ label: path, entry: null, ...parseNpy(path, bytes) }];
  const entries = Object.entries(unzip(path, bytes)).filter(([name]) => name.endsWith(ARRAY));
  if (entries.length === 0)
    throw new InputError(`${path}: the archive holds no array; save it with numpy.savez`);
  return entries.map(([name, entryBytes]) => {
    const entry = basename(name, ARRAY);
    return { label: `${path}/${entry}`, entry, ...parseNpy(`${path}/${entry}`, entryBytes) };
  });
}

function isArrayFile(path: string): boolean {
  return [ARRAY, ARCHIVE].includes(extname(path).toLowerCase());
}

function unzip(path: string, bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${path}: not a readable ${ARCHIVE} archive (${reason})`, { cause });
  }
}
