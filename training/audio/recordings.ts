import { readFileSync } from 'node:fs';
import { decodeRaw, decodeWav } from './decode';

/** Where Debian's package `pocketsphinx-testdata` puts its recordings. */
const FOLDER = '/usr/share/pocketsphinx/test/data';

/**
 * A recording of a human voice, by its path in the package, as samples from -1 to 1 at 16 kHz.
 *
 * @throws Error if Debian's package `pocketsphinx-testdata` is not installed.
 */
export function recording(path: string): Float32Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(`${FOLDER}/${path}`);
  } catch (error) {
    throw new Error('the recordings come from Debian: training/install-data', { cause: error });
  }
  return path.endsWith('.wav') ? decodeWav(bytes) : decodeRaw(bytes);
}
