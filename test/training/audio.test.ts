import { describe, expect, test } from 'vitest';
import { Random } from '../../src/conformance/random';
import { mix } from '../../training/audio/mix';
import { clickNoise, fanNoise, pinkNoise, trafficNoise, whiteNoise } from '../../training/audio/noise';
import { SAMPLE_RATE, peak, power } from '../../training/audio/signal';
import { siSdr } from '../../demo/src/denoiser/si-sdr';
import { BINS, cutIntoFrames, magnitudesOf, spectraOf } from '../../training/noise-suppression/frames';

const NOISES = { whiteNoise, pinkNoise, clickNoise, fanNoise, trafficNoise };

describe('SI-SDR', () => {
  const target = Float32Array.of(1, -2, 3, -4);

  test('is the ratio of what is a multiple of the target to what is orthogonal to it', () => {
    // Orthogonal to the target: 2 * 1 + 1 * -2 = 0. Powers: 30 and 5.
    const error = Float32Array.of(2, 1, 0, 0);
    const estimate = target.map((value, index) => value + error[index]!);
    expect(siSdr(estimate, target)).toBeCloseTo(10 * Math.log10(30 / 5), 12);
  });

  test('does not depend on the scale or the sign of the estimate', () => {
    const estimate = Float32Array.of(1.5, -2, 2.5, -4);
    const expected = siSdr(estimate, target);
    for (const factor of [0.125, -4]) {
      expect(
        siSdr(
          estimate.map((value) => factor * value),
          target,
        ),
      ).toBeCloseTo(expected, 10);
    }
  });

  test('is infinite for the target itself', () => {
    expect(siSdr(target, target)).toBe(Infinity);
  });

  test('refuses signals of different length', () => {
    expect(() => siSdr(target, target.subarray(1))).toThrow('the estimate has 4 samples, the target 3');
  });
});

describe('mixtures', () => {
  const ranges = { snr: [-5, 15], level: [-35, -15] } as const;

  test('have the ratio and the level that they say, and no sample at the ceiling or beyond', () => {
    for (let index = 0; index < 20; index++) {
      const random = Random.ofCase(5, index);
      const speech = fanNoise(random, SAMPLE_RATE);
      const { clean, noisy, snr, level } = mix(random, speech, clickNoise(random, SAMPLE_RATE), ranges);
      const noise = noisy.map((sample, at) => sample - clean[at]!);
      expect(10 * Math.log10(power(clean) / power(noise))).toBeCloseTo(snr, 3);
      expect(10 * Math.log10(power(noisy))).toBeCloseTo(level, 6);
      expect(snr).toBeGreaterThanOrEqual(-5);
      expect(snr).toBeLessThan(15);
      expect(level).toBeLessThan(-15 + 1e-6);
      expect(peak(noisy)).toBeLessThan(0.9901);
    }
  });

  test.each(Object.entries(NOISES))(
    '%s: the same numbers for the same seed, others for another',
    (_, noise) => {
      const first = noise(new Random(3), SAMPLE_RATE);
      expect(noise(new Random(3), SAMPLE_RATE)).toEqual(first);
      expect(noise(new Random(4), SAMPLE_RATE)).not.toEqual(first);
      expect(first.every(Number.isFinite)).toBe(true);
    },
  );
});

describe('noises', () => {
  /** Decibels that the power of a noise falls from one octave to the next. */
  function slopePerOctave(noise: (random: Random, length: number) => Float32Array): number {
    const magnitudes = magnitudesOf(spectraOf(cutIntoFrames(noise(new Random(1), 8 * SAMPLE_RATE))));
    const bandPower = (begin: number, end: number): number => {
      let sum = 0;
      for (const [index, magnitude] of magnitudes.entries()) {
        const bin = index % BINS;
        if (bin >= begin && bin < end) sum += magnitude ** 2 / (end - begin);
      }
      return sum;
    };
    return (10 * Math.log10(bandPower(8, 16) / bandPower(64, 128))) / 3;
  }

  test('white noise is flat, pink noise falls 3 dB an octave', () => {
    expect(Math.abs(slopePerOctave(whiteNoise))).toBeLessThan(0.3);
    expect(Math.abs(slopePerOctave(pinkNoise) - 3)).toBeLessThan(0.5);
  });
});
