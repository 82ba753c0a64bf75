import { join } from 'node:path';
import { isArrayFile } from '../../data';
import { InputError } from '../../errors';
import { listFolder, statFile } from '../files';

/**
 * The `.npy` and `.npz` files that a path stands for: itself, or those in the folder, sorted by name.
 *
 * @throws InputError, beginning with the path, if it does not exist, is neither, or is a folder without any.
 */
export async function arrayFiles(path: string): Promise<string[]> {
  if (!(await statFile(path)).isDirectory()) {
    if (isArrayFile(path)) return [path];
    throw new InputError(`${path}: expected a .npy or .npz file, or a folder of those`);
  }
  const names = (await listFolder(path)).filter(isArrayFile);
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new InputError(`${path}: the folder holds no .npy or .npz file`);
}
