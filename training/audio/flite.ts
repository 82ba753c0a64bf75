import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav } from './decode';

/** Voices of flite that were made from recordings of people, at 16 kHz. */
export const FLITE_VOICES = ['kal16', 'awb', 'rms', 'slt'] as const;
export type FliteVoice = (typeof FLITE_VOICES)[number];

/**
 * Says a text, as samples from -1 to 1 at 16 kHz.
 *
 * @param stretch of every duration: 1 is the voice's own pace, 2 half of it
 * @throws Error if Debian's package `flite` is not installed.
 */
export function fliteSpeak(text: string, voice: FliteVoice, stretch: number): Float32Array {
  // flite goes back to the file's head when it knows the length, which a pipe does not let it.
  const folder = mkdtempSync(join(tmpdir(), 'flite-'));
  const file = join(folder, 'said.wav');
  try {
    execFileSync('flite', ['-voice', voice, '--setf', `duration_stretch=${stretch}`, '-t', text, '-o', file]);
    return decodeWav(readFileSync(file));
  } catch (error) {
    throw new Error(
      `flite cannot speak as ${voice}; it comes from Debian: training/install-data --training`,
      {
        cause: error,
      },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
