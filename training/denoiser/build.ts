/**
 * Quantizes the trained denoiser and writes what ships: `models/denoiser.tflite`. Run by
 * `node training/run.mjs training/denoiser/build.ts`; needs `training/install-data`.
 */
import { writeFileSync } from 'node:fs';
import { exportTflite } from '../../src/export/tflite';
import { quantizedDenoiser, SHIPPED } from './quantized';

const { graph } = await quantizedDenoiser(SHIPPED);
writeFileSync(`${import.meta.dirname}/../../models/denoiser.tflite`, exportTflite(graph));
