import { describe, expect, test } from 'vitest';
import { exportTflite } from '../../../src/export/tflite';
import { Octogate } from '../../../src/index';
import { at } from '../../../src/errors';
import type { Graph } from '../../../src/model';
import { quantize, runFloat } from '../../../src/quantize';
import type { FloatTensor, QuantizeOptions } from '../../../src/quantize';
import { MomentCollector, repeatedMoments } from '../../../src/quantize/statistics/moments';
import { negateHiddenZeroPoints } from '../../support/negate-hidden-zero-points';
import { runTflite } from '../../support/tflite-oracle';
import { noise, trainedLstmGraph, VARIANTS, variantName } from '../support/lstm-graph';

const SIZES = { batch: 2, steps: 20, inputs: 7, units: 9, projected: 9 };
const COPIES = { inputCopies: { most: 4 } } as const;

function input(stream: number, factor: number): FloatTensor {
  const { batch, steps, inputs } = SIZES;
  const data = noise(stream, batch * steps * inputs).map((value) => value * factor);
  return { shape: [batch, steps, inputs], data };
}

/** Sequences of which one is loud: its step is what the others are rounded to. */
const LOUD = 64;
const samples = [LOUD, 1, 1, 1].map((factor, index) => ({ calls: [[input(100 + index, factor)]] }));
const calm = samples.slice(1);

const graph = trainedLstmGraph(at(VARIANTS, 0), 'forward', SIZES);

/** Signal over error of the integer model on quiet sequences that calibration did not see. */
async function decibels(options: QuantizeOptions): Promise<number> {
  const { graph: integer } = await quantize(graph, samples, options);
  const model = await Octogate.load(exportTflite(integer), { backend: 'reference' });
  let [signal, error] = [0, 0];
  for (const stream of [200, 201, 202]) {
    const given = input(stream, 1);
    const found = await model.createSession({ batch: SIZES.batch }).run(given.data);
    at(runFloat(graph, [given]), 0).data.forEach((value, index) => {
      signal += value ** 2;
      error += (value - at(found, index)) ** 2;
    });
  }
  model.dispose();
  return 10 * Math.log10(signal / error);
}

describe('copies of an input whose rounding shows', () => {
  test('bring integers closer to float', async () => {
    const [once, copied] = [await decibels({}), await decibels(COPIES)];
    // Measured: 12.5 and 25.3 dB.
    expect(copied).toBeGreaterThan(once + 10);
  });

  test('are as many as are asked for, in front of the layer', async () => {
    for (const most of [2, 3, 4]) {
      const { graph: integer, record } = await quantize(graph, samples, { inputCopies: { most } });
      expect(record.copiedInputs).toEqual(['lstm_0']);
      expect(integer.ops.map(({ kind }) => kind)).toEqual(['concatenation', 'binary', 'quantize', 'lstm']);
      const [op] = integer.ops.slice(-1);
      if (op?.kind !== 'lstm') throw new Error('expected an LSTM');
      const { shape } = at(integer.tensors, op.directions[0].gates.cell.inputWeights);
      expect(shape).toEqual([SIZES.units, most * SIZES.inputs]);
    }
  });

  test('give the bits of TFLite, and silence stays silence', async () => {
    const { graph: integer } = await quantize(graph, samples, { recipe: 'best', ...COPIES });
    const file = exportTflite(integer);
    const model = await Octogate.load(file, { backend: 'reference' });
    for (const { data } of [input(300, 1), input(301, LOUD), input(302, 0)]) {
      const inTflite = await runTflite(negateHiddenZeroPoints(file), [[data]]);
      const { scales, zeroPoints } = at(integer.tensors, at(integer.outputs, 0)).quantization!;
      const real = Float32Array.from(
        at(inTflite.flat(), 0) as Int8Array,
        (q) => at(scales, 0) * (q - at(zeroPoints, 0)),
      );
      expect(await model.createSession({ batch: SIZES.batch }).run(data)).toEqual(real);
    }
    model.dispose();
  });
});

describe('the real function stays', () => {
  test.each(VARIANTS.map((variant) => [variantName(variant), variant] as const))('%s', async (_, variant) => {
    const sizes = variant.peephole ? SIZES : { ...SIZES, projected: 5 };
    const float = trainedLstmGraph(variant, 'forward', sizes);
    const { floatGraph, record } = await quantize(float, samples, {
      recipe: 'best',
      constantUnits: false,
      ...COPIES,
    });
    expect(record.copiedInputs).toEqual(['lstm_0']);
    const given = [input(310, 1)];
    const [expected, found] = [at(runFloat(float, given), 0).data, at(runFloat(floatGraph, given), 0).data];
    expected.forEach((value, index) => {
      expect(Math.abs(at(found, index) - value)).toBeLessThan(1e-5);
    });
  });
});

test('an input whose rounding does not show is read once', async () => {
  const found = await quantize(graph, calm, COPIES);
  expect(found.record.copiedInputs).toEqual([]);
  expect(found.graph).toEqual((await quantize(graph, calm)).graph);
});

test('an input that leaves the model, too, is read once', async () => {
  const leaving: Graph = { ...graph, outputs: [...graph.outputs, ...graph.inputs] };
  expect((await quantize(leaving, samples, COPIES)).record.copiedInputs).toEqual([]);
});

test('moments of repeated elements are those of vectors that have them', () => {
  const vectors = [
    [1, 2, 3],
    [-4, 0.5, 6],
  ];
  const offsets = Float32Array.of(-0.25, -0.25, 0.25, 0.25);
  const collect = (rows: readonly (readonly number[])[]) => {
    const collector = new MomentCollector(at(rows, 0).length, true);
    for (const row of rows) collector.include(Float32Array.from(row));
    return collector.moments();
  };
  const expected = vectors.map(([a = 0, b = 0, c = 0]) => [a - 0.25, b - 0.25, a + 0.25, b + 0.25, c]);
  expect(repeatedMoments(collect(vectors), 2, offsets)).toEqual(collect(expected));
});
