import type { Random } from '../../src/conformance/random';
import { at } from '../../src/errors';
import { readVerses } from '../bible';
import { speak } from './espeak';
import { recording } from './recordings';
import { addAt, power, SAMPLE_RATE, scaled } from './signal';

/** Draws that many samples of speech. */
export type SpeechSource = (random: Random, length: number) => Float32Array;

/** Accents of English that espeak-ng has. */
export const ACCENTS = [
  'en-us',
  'en-gb',
  'en-gb-scotland',
  'en-gb-x-rp',
  'en-gb-x-gbclan',
  'en-gb-x-gbcwmd',
  'en-029',
  'en-us-nyc',
] as const;

/** Speech rate of espeak-ng, about. */
const CHARACTERS_PER_SECOND = 14;
const LONGEST_PAUSE = 0.6 * SAMPLE_RATE;

/**
 * People who were recorded, one after the other with pauses, all equally loud.
 *
 * @param paths of the recordings in the package
 */
export function recordedSpeech(paths: readonly string[]): SpeechSource {
  const clips = paths.map((path) => normalized(recording(path)));
  return (random, length) => {
    const speech = new Float32Array(length);
    // The first clip may have begun already.
    const first = at(clips, random.integer(0, clips.length - 1));
    const missed = random.integer(0, Math.max(first.length - length, 0));
    addAt(speech, first.subarray(missed), 0);
    let end = first.length - missed;
    while (end < length) {
      const clip = at(clips, random.integer(0, clips.length - 1));
      const begin = end + random.integer(LONGEST_PAUSE / 3, LONGEST_PAUSE);
      addAt(speech, clip, begin);
      end = begin + clip.length;
    }
    return speech;
  };
}

/**
 * Voices of espeak-ng that read from the Bible, each in a random accent, at a random speed and pitch.
 *
 * @param variants of voices, `f2`
 * @param passage that they read from, `gen1:1-gen50:26`
 */
export function syntheticSpeech(variants: readonly [string, ...string[]], passage: string): SpeechSource {
  const verses = readVerses(passage).trim().split('\n');
  return (random, length) => {
    // Twice what is needed, so that no fast reader runs out of text.
    const characters = (2 * CHARACTERS_PER_SECOND * length) / SAMPLE_RATE;
    let verse = random.integer(0, verses.length - 1);
    let text = '';
    while (text.length < characters) text += `${at(verses, verse++ % verses.length)}\n`;
    const voice = {
      name: `${random.pick(ACCENTS)}+${random.pick(variants)}`,
      speed: random.integer(130, 190),
      pitch: random.integer(30, 70),
    };
    const speech = speak(text, voice);
    const begin = random.integer(0, Math.max(speech.length - length, 0));
    const part = new Float32Array(length);
    part.set(speech.subarray(begin, begin + length));
    return normalized(part);
  };
}

/** Several at once, each equally loud. */
export function manyTalkers(source: SpeechSource, talkers: number): SpeechSource {
  return (random, length) => {
    const sum = new Float32Array(length);
    for (let talker = 0; talker < talkers; talker++) addAt(sum, source(random, length), 0);
    return sum;
  };
}

function normalized(speech: Float32Array): Float32Array {
  return scaled(speech, 1 / Math.sqrt(power(speech)));
}
