import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BINS, FRAME, HOP } from '../../demo/src/denoiser/frames';
import { paddedToHops, SpectralMask, withoutDelay } from '../../demo/src/denoiser/spectral-mask';
import { siSdr } from '../../demo/src/denoiser/si-sdr';
import { Octogate } from '../../src/index';
import { FloatRunner } from '../../src/quantize';
import { decodeWav } from '../../training/audio/decode';
import masks from '../../training/denoiser/masks.json';
import { denoiserGraph } from '../../training/denoiser/model';
import { denoiseClips, featuresOf } from '../../training/denoiser/pipeline';

/** As `train.py` has them. */
const FRAMES = 20;
const SHOWN_EVERY = 16;

test('features and masks are those of the training script, on a chirp', () => {
  const chirp = Float32Array.from(
    { length: FRAME + (FRAMES - 1) * HOP },
    (_, moment) => 0.3 * Math.sin(1e-4 * moment ** 2) * Math.exp(-moment / 2000),
  );
  const { shape, data } = featuresOf(chirp);
  // The first frames of a stream reach back into the silence before it; the script's do not.
  const whole = data.slice((shape[1]! - FRAMES) * BINS);
  const [mask] = new FloatRunner(denoiserGraph()).run([{ shape: [1, FRAMES, BINS], data: whole }]);
  const last = (values: ArrayLike<number>): number[] =>
    Array.from(values)
      .slice(-BINS)
      .filter((_, bin) => bin % SHOWN_EVERY === 0);
  last(whole).forEach((value, index) => {
    expect(Math.abs(value - masks.features[index]!), `feature ${index}`).toBeLessThan(1e-3);
  });
  last(mask!.data).forEach((value, index) => {
    expect(Math.abs(value - masks.mask[index]!), `mask ${index}`).toBeLessThan(1e-3);
  });
});

test('a mask of ones gives back every sample, however many hops come at a time', async () => {
  const clip = Float32Array.from({ length: 1000 }, (_, moment) => Math.sin(moment ** 1.5 / 40));
  const stream = new SpectralMask(({ length }) => Promise.resolve(new Float32Array(length).fill(1)));
  const padded = paddedToHops(clip);
  const denoised = new Float32Array(padded.length);
  for (let start = 0, hops = 1; start < padded.length; start += hops * HOP, hops = 1 + (hops % 3)) {
    denoised.set(await stream.push(padded.subarray(start, start + hops * HOP)), start);
  }
  expect(siSdr(withoutDelay(denoised, clip.length), clip)).toBeGreaterThan(110);
});

test('the model that ships takes noise out of the clip that the page comes with', async () => {
  const sample = (name: string): Float32Array =>
    decodeWav(readFileSync(`${import.meta.dirname}/../../demo/assets/noise/${name}.wav`));
  const [noisy, clean] = [sample('noisy'), sample('clean')];
  const bytes = readFileSync(`${import.meta.dirname}/../../models/denoiser.tflite`);
  const model = await Octogate.load(bytes, { backend: 'reference' });
  const session = model.createSession({ batch: 1 });
  const [denoised] = await denoiseClips([noisy], () => (features) => session.run(features));
  model.dispose();
  expect(siSdr(denoised!, clean)).toBeGreaterThan(siSdr(noisy, clean) + 3);
});
