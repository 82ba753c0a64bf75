/**
 * Quantizes the trained digits model and writes what ships: `models/digits.tflite`, and ten held-out digits to try it
 * on. Run by `node training/run.mjs training/digits/build.ts`; the same weights give the same bytes.
 */
import { writeFileSync } from 'node:fs';
import { exportTflite } from '../../src/export/tflite';
import { encodeNpyInt8 } from '../npy';
import { loadDigits } from './dataset';
import type { DigitImage } from './dataset';
import { CLASSES, ROWS } from './model';
import { asIntegerInput, digitsIntegerGraph } from './quantized';

const MODELS = `${import.meta.dirname}/../../models`;

/** The first held-out image of each digit: known labels, unseen by training and calibration. */
function sampleImages(heldOut: readonly DigitImage[]): DigitImage[] {
  return Array.from({ length: CLASSES }, (_, digit) =>
    heldOut.filter(({ label }) => label === digit).slice(0, 1),
  ).flat();
}

const dataset = loadDigits();
writeFileSync(`${MODELS}/digits.tflite`, exportTflite(await digitsIntegerGraph(dataset)));
const samples = sampleImages(dataset.heldOut);
writeFileSync(
  `${MODELS}/digits-samples.npy`,
  encodeNpyInt8([samples.length, ROWS, ROWS], asIntegerInput(samples)),
);
writeFileSync(
  `${MODELS}/digits-labels.npy`,
  encodeNpyInt8(
    [samples.length],
    Int8Array.from(samples, ({ label }) => label),
  ),
);
