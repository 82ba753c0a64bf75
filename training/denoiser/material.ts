import { Random } from '../../src/conformance/random';
import { at } from '../../src/errors';
import { fliteSpeak, FLITE_VOICES } from '../audio/flite';
import { clickNoise, fanNoise, pinkNoise, trafficNoise, whiteNoise } from '../audio/noise';
import { power, SAMPLE_RATE, scaled } from '../audio/signal';
import { manyTalkers, recordedSpeech, syntheticSpeech } from '../audio/speech';
import type { SpeechSource } from '../audio/speech';
import { readVerses } from '../bible';

/** Samples of a clip. */
export const CLIP = 6 * SAMPLE_RATE;
const TALKERS = 6;
const SEED = 40;
const FLITE_PASSAGE = 'mat1:1-joh21:25';

/** Voices that neither the test mixtures nor their babble have. */
const VARIANTS = [
  ...[
    'm1',
    'm3',
    'm6',
    'f2',
    'f4',
    'Andy',
    'Annie',
    'belinda',
    'ed',
    'linda',
    'paul',
    'anika',
    'Alex',
    'Denis',
  ],
  ...['Diogo', 'Gene', 'Jacky', 'Lee', 'Marco', 'Mario', 'antonio', 'aunty', 'benjamin', 'boris', 'david'],
  ...['edward', 'gustave', 'iven', 'max', 'michel', 'miguel', 'pablo', 'quincy'],
] as const satisfies readonly [string, ...string[]];

/** Recorded people are few in Debian, five sentences of them are heard here; the others are for the test. */
const RECORDINGS = ['001', '002', '003', '004', '005'].map((name) => `cards/${name}.wav`);

/** Draws that many samples. */
type Source = (random: Random, length: number) => Float32Array;

/** Clips of speech of 6 s, each of a mean square of 1, a fixed set in random order. */
export function trainingSpeech(): Float32Array[] {
  return drawAll(SEED, [
    [220, syntheticSpeech(VARIANTS, 'gen1:1-gen50:26')],
    [220, fliteSpeech()],
    [30, recordedSpeech(RECORDINGS)],
  ]);
}

/** Clips of noise, as {@link trainingSpeech} gives speech, whose clips are its babble. */
export function trainingNoise(speech: readonly Float32Array[]): Float32Array[] {
  const talker: Source = (random) => at(speech, random.integer(0, speech.length - 1));
  return drawAll(SEED + 1, [
    [20, whiteNoise],
    [40, pinkNoise],
    [60, manyTalkers(talker, TALKERS)],
    [50, clickNoise],
    [60, fanNoise],
    [60, trafficNoise],
  ]);
}

function drawAll(
  seed: number,
  sources: readonly (readonly [clips: number, source: Source])[],
): Float32Array[] {
  const clips: Float32Array[] = [];
  for (const [count, source] of sources) {
    for (let clip = 0; clip < count; clip++) {
      const signal = source(Random.ofCase(seed, clips.length), CLIP);
      clips.push(scaled(signal, 1 / Math.sqrt(power(signal))));
    }
  }
  return shuffled(clips, new Random(seed));
}

/** Voices of flite that read from the Bible at different paces. */
function fliteSpeech(): SpeechSource {
  const verses = readVerses(FLITE_PASSAGE).trim().split('\n');
  return (random, length) => {
    const stretch = 0.8 + 0.5 * random.real();
    const voice = random.pick(FLITE_VOICES);
    const speech = new Float32Array(length);
    let verse = random.integer(0, verses.length - 1);
    let end = 0;
    while (end < length) {
      const said = fliteSpeak(at(verses, verse++ % verses.length), voice, stretch).subarray(0, length - end);
      speech.set(said, end);
      end += said.length;
    }
    return speech;
  };
}

/** Fisher and Yates. */
function shuffled(clips: readonly Float32Array[], random: Random): Float32Array[] {
  const order = [...clips];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(0, last);
    [order[last], order[other]] = [at(order, other), at(order, last)];
  }
  return order;
}
