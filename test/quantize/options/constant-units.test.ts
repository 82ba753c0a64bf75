import { describe, expect, test } from 'vitest';
import { exportTflite } from '../../../src/export/tflite';
import { Octogate } from '../../../src/index';
import { at } from '../../../src/errors';
import type { FullyConnectedOp, Graph, LstmOp, Op, TensorId } from '../../../src/model';
import { quantize, runFloat } from '../../../src/quantize';
import type { FloatTensor } from '../../../src/quantize';
import { withConstantElements } from '../../../src/quantize/statistics/moments';
import { negateHiddenZeroPoints } from '../../support/negate-hidden-zero-points';
import { runTflite } from '../../support/tflite-oracle';
import { lstmGraph, noise, trainedLstmGraph, VARIANTS } from '../support/lstm-graph';

const [plain] = VARIANTS;
const SIZES = { batch: 1, steps: 40, inputs: 3, units: 5, projected: 2 };

/**
 * An output gate whose input share reaches 24, with a recurrent share of -10 against it: open in real numbers, shut where the
 * input's share saturates first.
 */
const opposed = lstmGraph({
  ...SIZES,
  variant: plain!,
  values: (stream, count) => {
    const values = noise(stream, count);
    switch (stream) {
      case 40:
        return values.map((value) => 8 + value);
      case 41:
        return values.map((value) => -2.5 + value / 4);
      // The cell gate fills the cells.
      case 32:
        return values.map((value) => 3 + value);
      default:
        return values;
    }
  },
});

/** The graph with a layer behind the LSTM: another LSTM, or a dense layer of two outputs. */
function withReader(graph: Graph, kind: 'lstm' | 'fullyConnected'): Graph {
  const first = graph.tensors.length;
  const output = at(graph.outputs, 0);
  const id = (index: number) => (first + index) as TensorId;
  if (kind === 'fullyConnected') {
    const constant = { dtype: 'float32', quantization: null, isVariable: false } as const;
    const dense: FullyConnectedOp = {
      ...{ kind, name: 'dense', sourceIndex: 1, input: output, weights: id(0), bias: id(1), output: id(2) },
      ...{ activation: 'none', keepDims: true },
    };
    const tensors = [
      { ...constant, name: 'dense.weights', shape: [2, SIZES.units], data: noise(70, 2 * SIZES.units) },
      { ...constant, name: 'dense.bias', shape: [2], data: noise(71, 2) },
      { ...constant, name: 'z', shape: [1, SIZES.steps, 2], data: null },
    ];
    return {
      ...graph,
      tensors: [...graph.tensors, ...tensors],
      ops: [...graph.ops, dense],
      outputs: [dense.output],
    };
  }
  const other = trainedLstmGraph(plain!, 'forward', { ...SIZES, inputs: SIZES.units, units: 4 });
  const moved = (value: unknown, key: string): unknown =>
    typeof value === 'number' && key !== 'cellClip' && key !== 'projectionClip' && key !== 'sourceIndex'
      ? value === other.inputs[0]
        ? output
        : first + value
      : value;
  const [reader] = JSON.parse(JSON.stringify(other.ops), (key, value: unknown) => moved(value, key)) as Op[];
  return {
    ...graph,
    tensors: [...graph.tensors, ...other.tensors.map((tensor) => ({ ...tensor, name: `2/${tensor.name}` }))],
    ops: [...graph.ops, { ...reader!, name: 'lstm_1' }],
    outputs: other.outputs.map((output) => id(output)),
  };
}

function sequence(stream: number): FloatTensor {
  const { steps, inputs } = SIZES;
  // Quiet at first and then loud, as recordings are; never negative, as magnitudes are.
  const data = noise(stream, steps * inputs).map(
    (value, index) => Math.abs(value) * (index < 5 * inputs ? 0.1 : 1),
  );
  return { shape: [1, steps, inputs], data };
}

const samples = [100, 101, 102, 103].map((stream) => ({ calls: [[sequence(stream)]] }));

async function decibels(float: Graph, integer: Graph): Promise<number> {
  const model = await Octogate.load(exportTflite(integer), { backend: 'reference' });
  let [signal, error] = [0, 0];
  for (const stream of [200, 201, 202]) {
    const input = sequence(stream);
    const expected = at(runFloat(float, [input]), 0).data;
    const found = await model.createSession({ batch: 1 }).run(input.data);
    expected.forEach((value, index) => {
      signal += value ** 2;
      error += (value - at(found, index)) ** 2;
    });
  }
  model.dispose();
  return 10 * Math.log10(signal / error);
}

describe.each(['lstm', 'fullyConnected'] as const)(
  'a gate that saturates amid its sum, read by %s',
  (kind) => {
    const graph = withReader(opposed, kind);

    test('is closer to float with constant units', async () => {
      const without = await quantize(graph, samples, {
        recipe: 'best',
        constantUnits: false,
        inputScaling: null,
      });
      const widened = await quantize(graph, samples, { recipe: 'best', inputScaling: null });
      expect(without.record.widenedLayers).toEqual([]);
      expect(widened.record.widenedLayers).toEqual(['lstm_0']);
      const output = widened.graph.tensors[(widened.graph.ops[0] as LstmOp).directions[0].output]!;
      expect(output.shape).toEqual([1, SIZES.steps, SIZES.units + 4]);
      const [before, after] = [await decibels(graph, without.graph), await decibels(graph, widened.graph)];
      // Measured: 2.6 and 3.5 dB more.
      expect(after).toBeGreaterThan(before + 2);
    });

    test('the widened float graph computes the same once the first step is forgotten', async () => {
      const { floatGraph } = await quantize(graph, samples, { constantUnits: true });
      const input = sequence(300);
      const [expected, found] = [runFloat(graph, [input]), runFloat(floatGraph, [input])];
      const tail = (values: readonly FloatTensor[]) => at(values, 0).data.slice(-10);
      tail(expected).forEach((value, index) => {
        expect(tail(found)[index]).toBeCloseTo(value, 3);
      });
    });
  },
);

test('widened LSTMs give the bits of TFLite', async () => {
  const { graph } = await quantize(withReader(opposed, 'lstm'), samples, {
    recipe: 'best',
    inputScaling: null,
  });
  const file = exportTflite(graph);
  const model = await Octogate.load(file, { backend: 'reference' });
  const call = Int8Array.from(noise(400, SIZES.steps * SIZES.inputs), (value) => Math.round(127 * value));
  const inTflite = await runTflite(negateHiddenZeroPoints(file), [[call]]);
  expect(inTflite.flat()).toEqual([await model.createSession({ batch: 1 }).run(call)]);
  model.dispose();
});

test("a layer whose gates do not saturate, or whose output is the model's, stays as it is", async () => {
  const calm = withReader(trainedLstmGraph(plain!, 'forward', SIZES), 'fullyConnected');
  for (const graph of [calm, opposed]) {
    const found = await quantize(graph, samples, { constantUnits: true });
    expect(found.record.widenedLayers).toEqual([]);
    expect(found.graph).toEqual((await quantize(graph, samples)).graph);
  }
});

test('moments with elements of one value put in are those of vectors that have them', () => {
  const moments = {
    depth: 2,
    count: 4,
    mean: Float64Array.of(3, 5),
    products: Float64Array.of(10, 16, 16, 30),
  };
  expect(withConstantElements(moments, 1, 1, 0.5)).toEqual({
    depth: 3,
    count: 4,
    mean: Float64Array.of(3, 0.5, 5),
    products: Float64Array.of(10, 1.5, 16, 1.5, 0.25, 2.5, 16, 2.5, 30),
  });
});
