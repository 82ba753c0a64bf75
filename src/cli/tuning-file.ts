import { parseTuning } from '../index';
import type { KernelTuning } from '../index';
import { readBytes } from './files';

/** @throws InputError, beginning with the path, if the file cannot be read; InputError if it is no tuning. */
export async function readTuning(path: string): Promise<KernelTuning> {
  return parseTuning(new TextDecoder().decode(await readBytes(path)));
}
