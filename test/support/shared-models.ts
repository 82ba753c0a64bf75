import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHARED = join(import.meta.dirname, '../../../shared');
const CONFORMANCE = join(SHARED, 'conformance');

/** Names of the conformance cases, each a folder with a model. */
export const CONFORMANCE_CASES: readonly string[] = readdirSync(CONFORMANCE).sort();

/** Integer models of other people, relative to the folder of models. */
export const INTEGER_MODELS = [
  'tflite-micro/dtln_stage1_int8.tflite',
  'tflite-micro/micro_speech_lstm_int8.tflite',
  'tflite-micro/mnist_lstm_int8.tflite',
  'tflite-quantizer/lstm_quantized.bin',
  'tflite-quantizer/lstm_quantized2.bin',
  'tflite-quantizer/unidirectional_sequence_lstm_quantized.bin',
] as const;

/** Float models that hold nothing but ops that are read. */
export const FLOAT_MODELS = [
  'tflite-micro/mnist_lstm_float.tflite',
  'tflite-quantizer/lstm_calibrated.bin',
  'tflite-quantizer/lstm_calibrated2.bin',
  'tflite-quantizer/unidirectional_sequence_lstm_calibrated.bin',
] as const;

export function readCaseModel(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(CONFORMANCE, name, 'model.tflite')));
}

/** @param path relative to the folder of models */
export function readSharedModel(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(SHARED, 'models', path)));
}
