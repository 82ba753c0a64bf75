import { at } from '../../src/errors';
import type { Mixture } from '../audio/mix';
import { siSdr } from '../../demo/src/denoiser/si-sdr';
import { mean, quantile, signed, standardError } from '../statistics';
import { denoise } from './denoise';
import type { Stages } from './denoise';

/** Mixtures that are denoised together. */
const BATCH = 20;
/** A clip that loses more than this against float is counted, in decibels. */
const NOTABLE_LOSS = 0.5;

/** Denoises mixtures of equal length. */
export async function denoiseAll(stages: Stages, mixtures: readonly Mixture[]): Promise<Float32Array[]> {
  const outputs: Float32Array[] = [];
  for (let begin = 0; begin < mixtures.length; begin += BATCH) {
    const batch = mixtures.slice(begin, begin + BATCH);
    outputs.push(
      ...(await denoise(
        stages,
        batch.map(({ noisy }) => noisy),
      )),
    );
  }
  return outputs;
}

/** What a computation makes of clips, in decibels, clip by clip. */
export interface Scores {
  /** SI-SDR against the clean speech. */
  readonly quality: readonly number[];
  /** The same minus that of float. */
  readonly gain: readonly number[];
  /** SI-SDR against float's output. */
  readonly likeness: readonly number[];
}

/** Scores outputs against the clean speech and against float's outputs. */
export function scoresOf(
  mixtures: readonly Mixture[],
  outputs: readonly Float32Array[],
  float: readonly Float32Array[],
): Scores {
  const quality = outputs.map((output, clip) => siSdr(output, at(mixtures, clip).clean));
  return {
    quality,
    gain: quality.map((value, clip) => value - siSdr(at(float, clip), at(mixtures, clip).clean)),
    likeness: outputs.map((output, clip) => siSdr(output, at(float, clip))),
  };
}

export const SCORE_COLUMNS = [
  'SI-SDR',
  'against float: mean (SE)',
  'median',
  'p10',
  'worst',
  `losing > ${NOTABLE_LOSS} dB`,
  'likeness to float',
] as const;

/** Cells under {@link SCORE_COLUMNS}. */
export function scoreCells({ quality, gain, likeness }: Scores): string[] {
  const losing = gain.filter((value) => value < -NOTABLE_LOSS).length;
  return [
    mean(quality).toFixed(2),
    `${signed(mean(gain))} (${standardError(gain).toFixed(2)})`,
    signed(quantile(gain, 0.5)),
    signed(quantile(gain, 0.1)),
    signed(Math.min(...gain)),
    `${((100 * losing) / gain.length).toFixed(0)} %`,
    mean(likeness).toFixed(1),
  ];
}
