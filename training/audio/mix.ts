import type { Random } from '../../src/conformance/random';
import { at } from '../../src/errors';
import { amplitudeRatio, peak, power, powerRatio, scaled } from './signal';

/** Speech in noise, and the speech alone at the level that it has in there. */
export interface Mixture {
  readonly clean: Float32Array;
  readonly noisy: Float32Array;
  /** Power of the speech to that of the noise, in decibels. */
  readonly snr: number;
  /** Root mean square of the noisy signal, in decibels below 1. */
  readonly level: number;
}

/** Where a mixture's ratios are drawn from, uniformly, in decibels. */
export interface MixtureRanges {
  readonly snr: readonly [low: number, high: number];
  readonly level: readonly [low: number, high: number];
}

/** No sample of a mixture is larger: a recording would be limited, too. */
const CEILING = 0.99;

/** Adds noise to speech of equal length, at a ratio and a level drawn from `ranges`; turned down where it would clip. */
export function mix(
  random: Random,
  speech: Float32Array,
  noise: Float32Array,
  ranges: MixtureRanges,
): Mixture {
  const [snr, wantedLevel] = [between(random, ranges.snr), between(random, ranges.level)];
  const noiseFactor = Math.sqrt(power(speech) / power(noise) / powerRatio(snr));
  const sum = speech.map((sample, index) => sample + noiseFactor * at(noise, index));
  const factor = Math.min(amplitudeRatio(wantedLevel) / Math.sqrt(power(sum)), CEILING / peak(sum));
  const noisy = scaled(sum, factor);
  return { clean: scaled(speech, factor), noisy, snr, level: 10 * Math.log10(power(noisy)) };
}

function between(random: Random, [low, high]: readonly [number, number]): number {
  return low + (high - low) * random.real();
}
