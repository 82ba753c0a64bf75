import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importModel, recognizeFormat } from '../../src/import';
import { readTflite } from '../../src/import/tflite';
import { ROOT } from '../support/repository';

const SHARED = join(ROOT, '../shared/models');

function read(...path: readonly string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(...path)));
}

describe('recognizeFormat', () => {
  test.each([
    ['tflite', [ROOT, 'models/digits.tflite']],
    ['tflite', [SHARED, 'tflite-quantizer/lstm_calibrated.bin']],
    ['onnx', [SHARED, 'dtln/model_1.onnx']],
    ['keras-hdf5', [SHARED, 'dtln/model.h5']],
    ['safetensors', [ROOT, 'training/digits/weights.safetensors']],
  ] as const)('knows %s by its content: %s', (format, path) => {
    expect(recognizeFormat(read(...path))).toBe(format);
  });

  test('knows a .keras archive', () => {
    expect(recognizeFormat(Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0))).toBe('keras-zip');
  });

  test('knows nothing in what is none of them', () => {
    const onnx = read(SHARED, 'dtln/model_1.onnx');
    const others = [
      new Uint8Array(),
      Uint8Array.of(0),
      new TextEncoder().encode('{"class_name": "Sequential"}'),
      onnx.subarray(0, onnx.length - 1),
      new Uint8Array(64).fill(0xff),
      // A message without a graph.
      Uint8Array.of(0x08, 0x07),
    ];
    expect(others.map(recognizeFormat)).toEqual(others.map(() => null));
  });
});

describe('importModel', () => {
  test('reads integer and float .tflite files', async () => {
    for (const path of [
      [ROOT, 'models/digits.tflite'],
      [SHARED, 'tflite-micro/mnist_lstm_float.tflite'],
    ]) {
      const bytes = read(...path);
      expect(await importModel(bytes)).toEqual(readTflite(bytes));
      expect(await importModel(bytes.buffer as ArrayBuffer)).toEqual(readTflite(bytes));
    }
  });

  test('says of unknown bytes which formats there are', async () => {
    await expect(
      importModel(Uint8Array.of(1, 2, 3), { name: 'notes.txt' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: notes.txt: none of the known model formats (.tflite, .onnx, Keras .h5, .keras, PyTorch weights as .safetensors), or damaged]`,
    );
  });
});
