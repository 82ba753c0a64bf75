import { readVerses } from '../bible';

const BLOCKS = 200;
const HELD_OUT_EVERY = 20;
const HELD_OUT_PHASE = 10;
const WHOLE_TEXT = 'gen1:1-rev22:21';

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
  const text = readVerses(WHOLE_TEXT);
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
