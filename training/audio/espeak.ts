import { execFileSync } from 'node:child_process';
import { decodeWav } from './decode';

/** How something is said. */
export interface Voice {
  /** What `espeak-ng -v` takes: accent and variant, `en-gb+f2`. */
  readonly name: string;
  /** Words a minute. */
  readonly speed: number;
  /** 0 to 99; 50 is the voice's own. */
  readonly pitch: number;
}

const MAX_BYTES = 64 * 2 ** 20;

/**
 * Says a text, as samples from -1 to 1 at 16 kHz.
 *
 * @throws Error if Debian's package `espeak-ng` is not installed.
 */
export function speak(text: string, { name, speed, pitch }: Voice): Float32Array {
  const settings = ['-v', name, '-s', `${speed}`, '-p', `${pitch}`, '--stdout'];
  try {
    return decodeWav(execFileSync('espeak-ng', settings, { input: text, maxBuffer: MAX_BYTES }));
  } catch (error) {
    throw new Error(`espeak-ng cannot speak as ${name}; the voices come from Debian: training/install-data`, {
      cause: error,
    });
  }
}
