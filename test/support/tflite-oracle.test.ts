import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'npyjs';
import { describe, expect, test } from 'vitest';
import { negateHiddenZeroPoints } from './negate-hidden-zero-points';
import { TfliteError, runTflite } from './tflite-oracle';

const CONFORMANCE = join(import.meta.dirname, '../../../shared/conformance');

function readInt8(...path: string[]): Int8Array {
  const file = readFileSync(join(CONFORMANCE, ...path));
  const { data } = parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
  if (!(data instanceof Int8Array)) throw new TypeError(`${path.join('/')} does not hold int8`);
  return data;
}

function readModel(name: string): Uint8Array {
  return readFileSync(join(CONFORMANCE, name, 'model.tflite'));
}

describe('TFLite in WebAssembly', () => {
  test.each(readdirSync(CONFORMANCE))('computes what case %s records, over two calls', async (name) => {
    const outputs = await runTflite(negateHiddenZeroPoints(readModel(name)), [
      [readInt8(name, 'input0.npy')],
      [readInt8(name, 'input1.npy')],
    ]);
    expect(outputs).toEqual([[readInt8(name, 'output0.npy')], [readInt8(name, 'output1.npy')]]);
  });

  test('is an old build: it subtracts the hidden zero point also without projection', async () => {
    const name = '1000-001-cifg';
    const inputs = [[readInt8(name, 'input0.npy')]];
    const [[asToday], [asThen]] = [
      await runTflite(negateHiddenZeroPoints(readModel(name)), inputs),
      await runTflite(readModel(name), inputs),
    ];
    expect(asThen).not.toEqual(asToday);
  });

  test('refuses what is not a model', async () => {
    await expect(runTflite(new Uint8Array(64), [])).rejects.toThrow(TfliteError);
  });

  test('refuses an input of the wrong size or type', async () => {
    const model = readModel('1000-000-plain');
    await expect(runTflite(model, [[new Int8Array(7)]])).rejects.toThrow(
      'input "x" is int8[2,11,100], got Int8Array of 7',
    );
    await expect(runTflite(model, [[new Uint8Array(2200)]])).rejects.toThrow('got Uint8Array of 2200');
    await expect(runTflite(model, [[]])).rejects.toThrow('the model has 1 inputs, the call 0');
  });
});
