import { execFileSync } from 'node:child_process';

const BLOCKS = 200;
const HELD_OUT_EVERY = 20;
const HELD_OUT_PHASE = 10;
/** The whole text, with verse numbers. */
const MAX_TEXT_BYTES = 16 * 2 ** 20;

export interface Corpus {
  /** Codes of 190 blocks of text. */
  readonly train: readonly Uint8Array[];
  /** Codes of 10 blocks that neither training nor calibration sees. */
  readonly heldOut: readonly Uint8Array[];
}

/**
 * The King James Bible of Debian's packages `bible-kjv` and `bible-kjv-text`, cut and split as `corpus.py` does for
 * training.
 *
 * @throws Error if the packages are not installed.
 */
export function loadCorpus(alphabet: string): Corpus {
  const codeOf = new Map(Array.from(alphabet, (character, code) => [character, code]));
  const text = readText();
  const length = Math.floor(text.length / BLOCKS);
  const train: Uint8Array[] = [];
  const heldOut: Uint8Array[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const codes = Uint8Array.from(text.slice(block * length, (block + 1) * length), (character) => {
      const code = codeOf.get(character);
      if (code === undefined)
        throw new Error(`the text holds "${character}", which the model was not trained on`);
      return code;
    });
    (block % HELD_OUT_EVERY === HELD_OUT_PHASE ? heldOut : train).push(codes);
  }
  return { train, heldOut };
}

/** All verses, one per line, without their numbers. */
function readText(): string {
  let verses: string;
  try {
    verses = execFileSync('bible', ['-f', 'gen1:1-rev22:21'], {
      encoding: 'latin1',
      input: '',
      maxBuffer: MAX_TEXT_BYTES,
    });
  } catch (error) {
    throw new Error('the text comes from Debian: apt-get install bible-kjv bible-kjv-text', { cause: error });
  }
  return verses.replace(/^\S+ /gm, '');
}
