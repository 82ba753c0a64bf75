import { BINS, FRAME } from '../../denoiser/frames';
import { FrameTransform } from '../../denoiser/spectral-stream';

/** Of a bin's power, in decibels, that the ends of the colour scale stand for. */
const [QUIETEST, LOUDEST] = [-55, 30] as const;

/**
 * Levels of a sound over time and frequency, 0 to 1: one frame per column, evenly spread.
 *
 * @returns `[columns][257]`
 */
export function spectrogram(samples: Float32Array, columns: number): Float32Array {
  const transform = new FrameTransform();
  const levels = new Float32Array(columns * BINS);
  for (let column = 0; column < columns; column++) {
    const centre = ((column + 0.5) / columns) * samples.length;
    const start = Math.max(0, Math.round(centre) - FRAME / 2);
    const spectrum = transform.spectrumOf(samples.subarray(start, start + FRAME));
    for (let bin = 0; bin < BINS; bin++) {
      const power = (spectrum[2 * bin] ?? 0) ** 2 + (spectrum[2 * bin + 1] ?? 0) ** 2;
      const level = (10 * Math.log10(power + 1e-12) - QUIETEST) / (LOUDEST - QUIETEST);
      levels[column * BINS + bin] = Math.min(1, Math.max(0, level));
    }
  }
  return levels;
}

/**
 * Outline of a sound: the smallest and largest sample of every column.
 *
 * @returns `[columns][2]`
 */
export function outline(samples: Float32Array, columns: number): Float32Array {
  const extremes = new Float32Array(2 * columns);
  for (let column = 0; column < columns; column++) {
    const start = Math.floor((column / columns) * samples.length);
    const end = Math.max(start + 1, Math.floor(((column + 1) / columns) * samples.length));
    let [least, most] = [0, 0];
    for (const sample of samples.subarray(start, end)) {
      least = Math.min(least, sample);
      most = Math.max(most, sample);
    }
    extremes.set([least, most], 2 * column);
  }
  return extremes;
}
