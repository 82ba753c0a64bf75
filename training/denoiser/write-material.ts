/**
 * Writes what `train.py` mixes into `material/`, which is not committed: `speech.i16` and `noise.i16`, clips of 6 s at 16 kHz. Run by
 * `node training/run.mjs training/denoiser/write-material.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { CLIP, trainingNoise, trainingSpeech } from './material';

/** Integers for a sample of 1: a clip's mean square is 1, and its peaks stay below 32. */
const SCALE = 1024;
const LARGEST = 32_767;

const folder = `${import.meta.dirname}/material`;
mkdirSync(folder, { recursive: true });
const speech = trainingSpeech();
for (const [name, clips] of [
  ['speech', speech],
  ['noise', trainingNoise(speech)],
] as const) {
  const samples = new Int16Array(clips.length * CLIP);
  for (const [index, clip] of clips.entries()) {
    const integers = clip.map((sample) => Math.round(sample * SCALE));
    // Rare knocks are louder than that.
    samples.set(
      integers.map((sample) => Math.max(-LARGEST, Math.min(LARGEST, sample))),
      index * CLIP,
    );
  }
  writeFileSync(`${folder}/${name}.i16`, samples);
}
