import { unzipSync } from 'fflate';
import { InputError } from '../errors';
import { parseNpy } from './npy';
import type { AnyNpyArray } from './npy';

/** An array that the user gave: a file, or an entry of an archive. */
export interface SourceArray extends AnyNpyArray {
  /** What messages call it: `calibration.npz/rows`. */
  readonly label: string;
  /** Name inside its archive, which may be that of a model's input; null for a file of its own. */
  readonly entry: string | null;
}

const ARRAY = '.npy';
const ARCHIVE = '.npz';

/** Whether a file holds arrays, by its name. */
export function isArrayFile(name: string): boolean {
  return [ARRAY, ARCHIVE].some((extension) => name.toLowerCase().endsWith(extension));
}

/**
 * The arrays in a NumPy file: the one of a `.npy`, or those of a `.npz` in the archive's order.
 *
 * @param label what messages call the file; its extension says what it is
 * @throws InputError, beginning with the label, if it is neither, is damaged or holds no array.
 */
export function arraysIn(label: string, bytes: Uint8Array): SourceArray[] {
  if (!isArrayFile(label)) throw new InputError(`${label}: expected a ${ARRAY} or ${ARCHIVE} file`);
  if (label.toLowerCase().endsWith(ARRAY)) return [{ label, entry: null, ...parseNpy(label, bytes) }];
  const entries = Object.entries(unzip(label, bytes)).filter(([name]) => name.endsWith(ARRAY));
  if (entries.length === 0)
    throw new InputError(`${label}: the archive holds no array; save it with numpy.savez`);
  return entries.map(([name, entryBytes]) => {
    const entry = name.slice(name.lastIndexOf('/') + 1, -ARRAY.length);
    return { label: `${label}/${entry}`, entry, ...parseNpy(`${label}/${entry}`, entryBytes) };
  });
}

function unzip(label: string, bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${label}: not a readable ${ARCHIVE} archive (${reason})`, { cause });
  }
}
