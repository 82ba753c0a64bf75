import { Random } from '../../src/conformance/random';
import { mix } from '../audio/mix';
import type { Mixture } from '../audio/mix';
import { clickNoise, fanNoise, pinkNoise, trafficNoise, whiteNoise } from '../audio/noise';
import type { Noise } from '../audio/noise';
import { SAMPLE_RATE } from '../audio/signal';
import { manyTalkers, recordedSpeech, syntheticSpeech } from '../audio/speech';
import type { SpeechSource } from '../audio/speech';

/** What an evaluation or a calibration takes its mixtures from. */
interface Material {
  readonly seed: number;
  readonly recorded: SpeechSource;
  readonly synthetic: SpeechSource;
  readonly noises: readonly [Noise, ...Noise[]];
}

const RANGES = { snr: [-5, 15], level: [-35, -15] } as const;
const CLIP_SECONDS = 6;
const STREAM_SECONDS = 60;
const TALKERS = 6;

/** Mixtures of a kind and how many. */
interface Request {
  readonly count: number;
  readonly seconds: number;
  /** Every so many mixtures, one has a recorded voice; the others have synthetic ones. */
  readonly recordedEvery: number;
}

/** Of the test mixtures, one in so many has a recorded voice. */
const TEST_RECORDED_EVERY = 3;

/** 6 s mixtures for calibration, a quarter of them with recorded voices. The first of many are the same as of few. */
export function calibrationMixtures(count: number): Mixture[] {
  return draw(calibrationMaterial(), { count, seconds: CLIP_SECONDS, recordedEvery: 4 });
}

/** 6 s mixtures of voices, texts and recordings that calibration never sees, a third of them recorded voices. */
export function testMixtures(count: number): Mixture[] {
  return draw(testMaterial(1), { count, seconds: CLIP_SECONDS, recordedEvery: TEST_RECORDED_EVERY });
}

/** Whether the voice of a test mixture was recorded; the others are synthetic. */
export function isRecorded(testMixture: number): boolean {
  return testMixture % TEST_RECORDED_EVERY === 0;
}

/** Long mixtures of the same, to see whether an error grows. */
export function testStreams(count: number): Mixture[] {
  return draw(testMaterial(2), { count, seconds: STREAM_SECONDS, recordedEvery: TEST_RECORDED_EVERY });
}

function calibrationMaterial(): Material {
  return {
    seed: 20,
    recorded: recordedSpeech([
      'cards/001.wav',
      'cards/002.wav',
      'cards/003.wav',
      'cards/004.wav',
      'cards/005.wav',
    ]),
    synthetic: syntheticSpeech(['m1', 'm3', 'm6', 'f2', 'f4', 'Andy', 'Annie', 'belinda'], 'gen1:1-gen50:26'),
    noises: noisesWith(syntheticSpeech(['ed', 'linda', 'paul', 'anika'], 'exo1:1-exo40:38')),
  };
}

function testMaterial(seed: number): Material {
  return {
    seed,
    recorded: recordedSpeech([
      ...['0870', '0880', '0890', '0920', '0930'].map(
        (part) => `librivox/sense_and_sensibility_01_austen_64kb-${part}.wav`,
      ),
      'goforward.raw',
      'numbers.raw',
      'something.raw',
      'tidigits/dhd.2934z.raw',
    ]),
    synthetic: syntheticSpeech(
      [
        'm2',
        'm4',
        'm5',
        'm7',
        'm8',
        'f1',
        'f3',
        'f5',
        'adam',
        'Alicia',
        'Michael',
        'steph',
        'john',
        'shelby',
      ],
      'isa1:1-isa66:24',
    ),
    noises: noisesWith(syntheticSpeech(['rob', 'victor', 'grandma', 'sandro'], 'jer1:1-jer52:34')),
  };
}

function noisesWith(talker: SpeechSource): readonly [Noise, ...Noise[]] {
  return [whiteNoise, pinkNoise, manyTalkers(talker, TALKERS), clickNoise, fanNoise, trafficNoise];
}

/** Every mixture has a random stream of its own, so that the first of many are the same as of few. */
function draw(
  { seed, recorded, synthetic, noises }: Material,
  { count, seconds, recordedEvery }: Request,
): Mixture[] {
  const length = seconds * SAMPLE_RATE;
  return Array.from({ length: count }, (_, index) => {
    const random = Random.ofCase(seed, index);
    const speech = (index % recordedEvery === 0 ? recorded : synthetic)(random, length);
    const noise = random.pick(noises)(random, length);
    return mix(random, speech, noise, RANGES);
  });
}

/** 6 s mixtures to choose the recipe's settings with: of the calibration's voices and texts, drawn otherwise. */
export function validationMixtures(count: number): Mixture[] {
  return draw({ ...calibrationMaterial(), seed: 21 }, { count, seconds: CLIP_SECONDS, recordedEvery: 4 });
}
