import { at } from '../../src/errors';
import type { CalibrationSample } from '../../src/quantize';
import { oneHot } from './model';

/** Characters of each calibration sequence. */
const LENGTH = 512;
/** Sequences that the committed model is calibrated with. */
export const CALIBRATION_SEQUENCES = 50;

/** Beginnings of training blocks spread over the text. */
export function calibrationSamples(
  train: readonly Uint8Array[],
  count: number,
  characters: number,
): CalibrationSample[] {
  return Array.from({ length: count }, (_, index) => {
    const block = at(train, Math.floor((index * train.length) / count));
    return { calls: [[oneHot([block.subarray(0, LENGTH)], characters)]] };
  });
}
