import { BINS } from './frames';
import type { Spectrum } from './spectral-stream';

/** Added to a bin's power: far below the quietest noise. */
const FLOOR = 1e-6;
/** Of log powers over the training data, roughly; the same for all bins, as `training/denoiser/train.py` has them. */
const [MEAN, DEVIATION] = [-4, 4] as const;

/**
 * Writes the logarithms of a spectrum's powers, about 0 with deviation 1: what the network reads of a frame.
 *
 * @param target `[257]`
 */
export function writeLogPowers(spectrum: Spectrum, target: Float32Array): void {
  for (let bin = 0; bin < BINS; bin++) {
    const power = (spectrum[2 * bin] ?? 0) ** 2 + (spectrum[2 * bin + 1] ?? 0) ** 2;
    target[bin] = (Math.log(power + FLOOR) - MEAN) / DEVIATION;
  }
}
