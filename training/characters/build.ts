/**
 * Quantizes the trained character model and writes what ships: `models/characters.tflite`, its float source, and the
 * alphabet. Run by `npm run build:characters`; the same weights and text give the same bytes.
 */
import { writeFileSync } from 'node:fs';
import { exportTflite } from '../../src/export/tflite';
import { quantize } from '../../src/quantize';
import { CALIBRATION_SEQUENCES, calibrationSamples } from './calibration';
import { loadCorpus } from './corpus';
import { characterModel } from './model';

const MODELS = `${import.meta.dirname}/../../models`;

const { graph, alphabet } = characterModel();
const samples = calibrationSamples(loadCorpus(alphabet).train, CALIBRATION_SEQUENCES, alphabet.length);
const quantized = await quantize(graph, samples);
writeFileSync(`${MODELS}/characters.tflite`, exportTflite(quantized.graph));
writeFileSync(`${MODELS}/characters-float.tflite`, exportTflite(graph));
writeFileSync(`${MODELS}/characters.json`, `${JSON.stringify({ alphabet })}\n`);
