import { readFileSync } from 'node:fs';
import { parse } from 'npyjs';
import { describe, expect, test } from 'vitest';
import { exportTflite } from '../../src/export/tflite';
import { importTflite } from '../../src/import/tflite';
import { Octogate } from '../../src/index';
import { FloatRunner } from '../../src/quantize';
import { negateHiddenZeroPoints } from '../support/negate-hidden-zero-points';
import { runTflite } from '../support/tflite-oracle';
import { asInput, loadDigits } from '../../training/digits/dataset';
import { digitsFloatGraph, predictions } from '../../training/digits/model';
import { asIntegerInput, digitsIntegerGraph } from '../../training/digits/quantized';

const MODELS = `${import.meta.dirname}/../../models`;
const file = new Uint8Array(readFileSync(`${MODELS}/digits.tflite`));

function readInt8(name: string): Int8Array {
  const bytes = new Uint8Array(readFileSync(`${MODELS}/${name}`));
  const { data } = parse(bytes.buffer);
  if (!(data instanceof Int8Array)) throw new TypeError(`${name} does not hold int8`);
  return data;
}

describe('models/digits.tflite', () => {
  const dataset = loadDigits();

  test('is, byte for byte, what the committed weights give today', async () => {
    expect(exportTflite(await digitsIntegerGraph(dataset))).toEqual(file);
  });

  test('answers every fifth held-out image as the float model does', async () => {
    const images = dataset.heldOut.filter((_, index) => index % 5 === 0);
    const [float] = new FloatRunner(digitsFloatGraph()).run([asInput(images)]);
    const model = await Octogate.load(file, { backend: 'reference' });
    const integer = await model.createSession({ batch: images.length }).run(asIntegerInput(images));
    expect(predictions(integer)).toEqual(predictions(float!.data));
  });

  test('recognises the ten samples beside it', async () => {
    const model = await Octogate.load(file, { backend: 'reference' });
    const beliefs = await model.createSession({ batch: 10 }).run(readInt8('digits-samples.npy'));
    expect(predictions(beliefs)).toEqual([...readInt8('digits-labels.npy')]);
  });

  test('runs in TFLite to the same LSTM bits, and to the same beliefs within TFLite’s float softmax', async () => {
    const graph = importTflite(file);
    const lstm = graph.ops[0]!;
    if (lstm.kind !== 'lstm') throw new Error('the first op is the LSTM');
    const lstmOnly = exportTflite({ ...graph, ops: [lstm], outputs: [lstm.directions[0].output] });
    const image = asIntegerInput(dataset.heldOut.slice(700, 701));
    for (const [bytes, tolerance] of [
      [lstmOnly, 0],
      [file, 1],
    ] as const) {
      const [[expected]] = (await runTflite(negateHiddenZeroPoints(bytes), [[image]])) as [[Int8Array]];
      const model = await Octogate.load(bytes, { backend: 'reference' });
      const found = await model.createSession().run(image);
      expect(found.length).toBe(expected.length);
      found.forEach((value, index) => {
        expect(Math.abs(value - expected[index]!), `element ${index}`).toBeLessThanOrEqual(tolerance);
      });
    }
  });
});
