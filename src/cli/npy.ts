import { encodeNpy, parseNpy } from '../data';
import type { NpyArray, NpyDtype } from '../data';
import { requireDtype } from '../data/npy';
import { readBytes, writeBytes } from './files';

/**
 * Reads a NumPy array.
 *
 * @param dtypes element types that will do
 * @throws InputError, beginning with the path, if the file cannot be read, is no `.npy` file, is damaged, or holds
 * something else.
 */
export async function readNpy<T extends NpyDtype>(
  path: string,
  ...dtypes: readonly T[]
): Promise<NpyArray<T>> {
  return requireDtype(path, parseNpy(path, await readBytes(path)), dtypes);
}

/**
 * Writes a NumPy array.
 *
 * @throws InputError, beginning with the path, if the file cannot be written.
 */
export async function writeNpy(path: string, array: NpyArray): Promise<void> {
  await writeBytes(path, encodeNpy(array));
}
