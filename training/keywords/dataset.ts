import { Random } from '../../src/conformance/random';
import { at } from '../../src/errors';
import { speak } from '../audio/espeak';
import { mix } from '../audio/mix';
import { clickNoise, fanNoise, pinkNoise, trafficNoise, whiteNoise } from '../audio/noise';
import { power, SAMPLE_RATE, scaled } from '../audio/signal';
import { ACCENTS } from '../audio/speech';
import { BANDS, keywordFrames, logMel } from './features';

/** What is said; a label is a position in here. */
export const WORDS = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  ...['yes', 'no', 'up', 'down', 'left', 'right', 'on', 'off', 'stop', 'go'],
] as const;

const SAMPLES = 1.2 * SAMPLE_RATE;
/** Timesteps of an example. */
export const FRAMES = keywordFrames(SAMPLES);

const RANGES = { snr: [-3, 20], level: [-35, -15] } as const;
const NOISES = [whiteNoise, pinkNoise, clickNoise, fanNoise, trafficNoise] as const;

/** Words in noise. */
export interface Keywords {
  /** `[examples, FRAMES, BANDS]` */
  readonly features: Float32Array;
  readonly labels: Uint8Array;
}

interface Plan {
  readonly seed: number;
  /** Of espeak-ng; each in random accents. */
  readonly variants: readonly string[];
  /** How often each voice says each word. */
  readonly utterances: number;
  /** In how many noises each utterance is heard. */
  readonly renditions: number;
}

/** What training sees, and calibration draws from. */
export const TRAINING: Plan = {
  seed: 31,
  variants: [
    ...[
      'm1',
      'm3',
      'm6',
      'm8',
      'f2',
      'f4',
      'Andy',
      'Annie',
      'belinda',
      'ed',
      'linda',
      'paul',
      'anika',
      'rob',
      'victor',
    ],
    ...[
      'grandma',
      'sandro',
      'Alex',
      'Denis',
      'Diogo',
      'Gene',
      'Jacky',
      'Lee',
      'Marco',
      'Mario',
      'antonio',
      'aunty',
    ],
    ...[
      'benjamin',
      'boris',
      'david',
      'edward',
      'gustave',
      'iven',
      'max',
      'michel',
      'miguel',
      'pablo',
      'quincy',
    ],
  ],
  utterances: 3,
  renditions: 2,
};

/** Voices that training and calibration never hear. */
export const HELD_OUT: Plan = {
  seed: 32,
  variants: [
    'm2',
    'm4',
    'm5',
    'm7',
    'f1',
    'f3',
    'f5',
    'adam',
    'Alicia',
    'Michael',
    'steph',
    'john',
    'shelby',
    'travis',
  ],
  utterances: 4,
  renditions: 1,
};

/** Says, mixes and analyses the words of a plan: word by word, so that the first of many voices are the same as of few. */
export function makeKeywords({ seed, variants, utterances, renditions }: Plan): Keywords {
  const examples: { label: number; features: Float32Array }[] = [];
  for (const [voice, variant] of variants.entries()) {
    for (const [label, word] of WORDS.entries()) {
      const random = Random.ofCase(seed, voice * WORDS.length + label);
      for (let utterance = 0; utterance < utterances; utterance++) {
        const speech = speak(word, {
          name: `${random.pick(ACCENTS)}+${variant}`,
          speed: random.integer(120, 200),
          pitch: random.integer(20, 80),
        });
        for (let rendition = 0; rendition < renditions; rendition++) {
          examples.push({ label, features: logMel(inNoise(random, speech)) });
        }
      }
    }
  }
  const size = FRAMES * BANDS;
  const features = new Float32Array(examples.length * size);
  for (const [index, example] of examples.entries()) features.set(example.features, index * size);
  return { features, labels: Uint8Array.from(examples, ({ label }) => label) };
}

/** Ends the word shortly before the clip ends, so that the last frame has heard all of it. */
function inNoise(random: Random, speech: Float32Array): Float32Array {
  const spoken = withoutSilence(speech).subarray(0, SAMPLES);
  const clip = new Float32Array(SAMPLES);
  const rest = SAMPLES - spoken.length;
  clip.set(spoken, rest - Math.min(rest, random.integer(0, 0.15 * SAMPLE_RATE)));
  return mix(random, clip, random.pick(NOISES)(random, SAMPLES), RANGES).noisy;
}

/** espeak-ng pauses after a word. */
function withoutSilence(speech: Float32Array): Float32Array {
  const threshold = 0.01 * Math.sqrt(power(speech));
  const isLoud = (sample: number): boolean => Math.abs(sample) > threshold;
  const first = speech.findIndex(isLoud);
  const last = speech.findLastIndex(isLoud);
  if (first < 0) throw new Error('a voice says nothing');
  return scaled(speech.subarray(first, last + 1), 1);
}

/** Examples `begin` to `end` as a batch. */
export function batchOf(
  { features }: Keywords,
  begin: number,
  end: number,
): { shape: readonly number[]; data: Float32Array } {
  const size = FRAMES * BANDS;
  return { shape: [end - begin, FRAMES, BANDS], data: features.slice(begin * size, end * size) };
}

/** The word of an example. */
export function wordOf({ labels }: Keywords, example: number): string {
  return at(WORDS, at(labels, example));
}
