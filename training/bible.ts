import { execFileSync } from 'node:child_process';

const MAX_TEXT_BYTES = 16 * 2 ** 20;

/**
 * Verses of the King James Bible, one per line, without their numbers.
 *
 * @param passage as the `bible` command takes it: `gen1:1-rev22:21`
 * @throws Error if Debian's packages `bible-kjv` and `bible-kjv-text` are not installed.
 */
export function readVerses(passage: string): string {
  let verses: string;
  try {
    verses = execFileSync('bible', ['-f', passage], {
      encoding: 'latin1',
      input: '',
      maxBuffer: MAX_TEXT_BYTES,
    });
  } catch (error) {
    throw new Error('the text comes from Debian: training/install-data', { cause: error });
  }
  return verses.replace(/^\S+ /gm, '');
}
