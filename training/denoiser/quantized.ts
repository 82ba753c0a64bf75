import { quantize } from '../../src/quantize';
import type { QuantizedModel, QuantizeOptions } from '../../src/quantize';
import { calibrationMixtures } from '../noise-suppression/mixtures';
import { denoiserGraph } from './model';
import { featuresOf } from './pipeline';

const CALIBRATION_MIXTURES = 20;

/** How the denoiser that ships is quantized. */
export const SHIPPED: QuantizeOptions = { recipe: 'plain', saturateCells: true };

/** The denoiser in integers, calibrated on mixtures of voices and texts that the test does not have. */
export function quantizedDenoiser(options: QuantizeOptions): Promise<QuantizedModel> {
  const samples = calibrationMixtures(CALIBRATION_MIXTURES).map(({ noisy }) => ({
    calls: [[featuresOf(noisy)]],
  }));
  return quantize(denoiserGraph(), samples, options);
}
