/**
 * Writes the clip that the demo page takes the noise out of: `demo/assets/noise/noisy.wav` and, of the same speech alone,
 * `clean.wav`. Run by `node training/run.mjs training/denoiser/write-sample.ts`; needs `training/install-data`. Voice and text are
 * none that training or calibration had.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import wavefile from 'wavefile';
import { Random } from '../../src/conformance/random';
import { SAMPLE_RATE } from '../../demo/src/denoiser/frames';
import { speak } from '../audio/espeak';
import { mix } from '../audio/mix';
import { clickNoise, fanNoise } from '../audio/noise';
import { addAt, power, scaled } from '../audio/signal';

const SAMPLES = 10 * SAMPLE_RATE;
const SEED = 7;
const TEXT =
  'This voice speaks in an engine room. A network of two integer L S T M layers takes the noise out of it, ' +
  'frame by frame, every eight milliseconds, on the graphics card of your own computer.';
const VOICE = { name: 'en-gb+f3', speed: 165, pitch: 45 };
/** Clicks against the fan. */
const CLICKS = 0.5;
const RANGES = { snr: [4, 4], level: [-20, -20] } as const;

const random = new Random(SEED);
const speech = new Float32Array(SAMPLES);
addAt(speech, speak(TEXT, VOICE), 0.3 * SAMPLE_RATE);
const fan = fanNoise(random, SAMPLES);
const clicks = clickNoise(random, SAMPLES);
const noise = scaled(fan, 1 / Math.sqrt(power(fan)));
addAt(noise, scaled(clicks, CLICKS / Math.sqrt(power(clicks))), 0);
const { clean, noisy } = mix(random, speech, noise, RANGES);

const folder = `${import.meta.dirname}/../../demo/assets/noise`;
mkdirSync(folder, { recursive: true });
for (const [name, samples] of [
  ['clean', clean],
  ['noisy', noisy],
] as const) {
  const wav = new wavefile.WaveFile();
  wav.fromScratch(
    1,
    SAMPLE_RATE,
    '16',
    samples.map((sample) => Math.round(sample * 32_767)),
  );
  writeFileSync(`${folder}/${name}.wav`, wav.toBuffer());
}
