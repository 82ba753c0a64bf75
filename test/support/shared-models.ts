import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'npyjs';

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

/** Two calls in a row on one state, and what they give, exactly. */
export interface ConformanceCase {
  readonly model: Uint8Array<ArrayBuffer>;
  readonly batch: number;
  readonly calls: readonly { readonly input: Int8Array; readonly output: Int8Array }[];
}

export function readCase(name: string): ConformanceCase {
  const path = (file: string): string => join(CONFORMANCE, name, file);
  const { batch } = JSON.parse(readFileSync(path('meta.json'), 'utf8')) as { batch: number };
  return {
    model: readCaseModel(name),
    batch,
    calls: [0, 1].map((call) => ({
      input: readInt8(path(`input${call}.npy`)),
      output: readInt8(path(`output${call}.npy`)),
    })),
  };
}

function readInt8(path: string): Int8Array {
  const { data } = parse(new Uint8Array(readFileSync(path)).buffer);
  if (data instanceof Int8Array) return data;
  throw new Error(`${path} holds a ${data.constructor.name}`);
}

/** @param path relative to the folder of models */
export function readSharedModel(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(SHARED, 'models', path)));
}
