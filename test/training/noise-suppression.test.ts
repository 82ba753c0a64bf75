import { describe, expect, test } from 'vitest';
import { Random } from '../../src/conformance/random';
import { fanNoise, pinkNoise } from '../../training/audio/noise';
import { SAMPLE_RATE, scaled } from '../../training/audio/signal';
import { siSdr } from '../../demo/src/denoiser/si-sdr';
import { denoise } from '../../training/noise-suppression/denoise';
import type { Stages } from '../../training/noise-suppression/denoise';
import { readDtln } from '../../training/noise-suppression/dtln';
import { floatNetworks, stagesAround } from '../../training/noise-suppression/networks';
import { tfliteStages } from '../../training/noise-suppression/tflite-stages';

/** Something that changes pitch, in something that does not. */
function clip(seed: number, samples: number): Float32Array {
  const random = new Random(seed);
  const hiss = pinkNoise(random, samples);
  return scaled(
    fanNoise(random, samples).map(
      (sample, index) => sample * Math.sin(index / 900) ** 2 + 0.02 * hiss[index]!,
    ),
    0.2,
  );
}

const CLIPS = [clip(1, SAMPLE_RATE / 4), clip(2, SAMPLE_RATE / 4)];

const UNTOUCHED: Stages = {
  spectralMask: ({ data }) => new Float32Array(data.length).fill(1),
  refine: ({ data }) => data.map((sample) => sample / 4),
};

describe('the pipeline', () => {
  test('gives back every sample where the mask is one and the frames are a quarter each', async () => {
    const outputs = await denoise(UNTOUCHED, CLIPS);
    outputs.forEach((output, index) => {
      expect(siSdr(output, CLIPS[index]!)).toBeGreaterThan(120);
    });
  });

  test('refuses a batch of clips that differ in length', async () => {
    await expect(denoise(UNTOUCHED, [CLIPS[0]!, CLIPS[1]!.subarray(1)])).rejects.toThrow('differ in length');
  });
});

describe('DTLN', () => {
  const dtln = readDtln('model.h5');

  test("in float is what TFLite makes of its authors' own files, clip by clip", async () => {
    const expected = await denoise(tfliteStages('model'), CLIPS);
    const found = await denoise(stagesAround(dtln, floatNetworks(dtln)), CLIPS);
    found.forEach((output, index) => {
      expect(siSdr(output, expected[index]!), `clip ${index}`).toBeGreaterThan(100);
    });
  });
});
