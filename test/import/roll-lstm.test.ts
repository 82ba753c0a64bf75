/** LSTMs that a converter has written out as elementary ops of one timestep are found, and nothing else is. */
import { describe, expect, test } from 'vitest';
import { ModelFormatError, UnsupportedModelError } from '../../src/errors';
import { exportTflite } from '../../src/export/tflite';
import { rollLstms } from '../../src/import/rewrite/roll-lstm';
import { importFloatTflite, readFloatTflite, readTflite } from '../../src/import/tflite';
import type { Graph } from '../../src/model';
import { validateGraph } from '../../src/model/checks';
import { analyzeShapes } from '../../src/model/shapes/analyze';
import { FloatRunner } from '../../src/quantize';
import type { FloatTensor } from '../../src/quantize';
import { Random } from '../support/random';
import { readSharedModel } from '../support/shared-models';
import { runTflite } from '../support/tflite-oracle';
import { unrolledLayer } from '../support/unrolled-lstm';
import type { UnrolledVariant } from '../support/unrolled-lstm';

const FRAMES = 20;

/** The DTLN models of `../shared`: one input of features, one state of both layers. */
const DTLN = [
  { path: 'dtln/model_1.tflite', features: 257, layers: ['lstm_16', 'lstm_34'] },
  { path: 'dtln/model_2.tflite', features: 512, layers: ['lstm_28', 'lstm_46'] },
] as const;
const DTLN_STATE = [1, 2, 128, 2];

function framesOf(features: number, seed: number): Float32Array[] {
  const random = new Random(seed);
  return Array.from({ length: FRAMES }, () =>
    Float32Array.from({ length: features }, () => random.integer(0, 1000) / 250),
  );
}

describe.each(DTLN)('$path', ({ path, features, layers }) => {
  const bytes = readSharedModel(path);

  test('becomes LSTM layers, and says what it no longer takes and gives', () => {
    const { graph, layers: found, droppedStates } = readFloatTflite(bytes);
    expect(found).toEqual(layers);
    expect(graph.ops.filter(({ kind }) => kind === 'lstm').map(({ name }) => name)).toEqual(layers);
    expect(droppedStates).toHaveLength(1);
    expect(droppedStates[0]!.output).toBe('Identity_1');
    expect([graph.inputs.length, graph.outputs.length]).toEqual([1, 1]);
    const { batch, timesteps, timeLocal } = analyzeShapes(graph);
    expect([batch.fixedBecause, timesteps.fixedBecause, timeLocal]).toEqual([null, null, true]);
  });

  test('computes what TFLite computes from the file when its state is fed back', async () => {
    const frames = framesOf(features, 7);
    const expected: Float32Array[] = [];
    let state = new Float32Array(512);
    for (const frame of frames) {
      const [[output, newState]] = (await runTflite(bytes, [[frame, state]])) as [
        [Float32Array, Float32Array<ArrayBuffer>],
      ];
      expected.push(output);
      state = newState;
    }
    const runner = new FloatRunner(importFloatTflite(bytes));
    frames.forEach((data, index) => {
      const [output] = runner.run([{ shape: [1, 1, features], data }]);
      expect(largestDifference(output!.data, expected[index]!)).toBeLessThan(1e-5);
    });
    // The same in one call: a sequence.
    runner.reset();
    const sequence = Float32Array.from(frames.flatMap((frame) => [...frame]));
    const [whole] = runner.run([{ shape: [1, FRAMES, features], data: sequence }]);
    const wholeExpected = Float32Array.from(expected.flatMap((frame) => [...frame]));
    expect(largestDifference(whole!.data, wholeExpected)).toBeLessThan(1e-5);
  });
});

test.each([
  ['dtln/model_quant_1.tflite', 257],
  ['dtln/model_quant_2.tflite', 512],
])('%s keeps its int8 weights, and their meaning', (path, features) => {
  const bytes = readSharedModel(path);
  const { graph, layers } = readFloatTflite(bytes);
  expect(layers).toHaveLength(2);
  expect(graph.tensors.filter(({ dtype }) => dtype === 'int8').length).toBeGreaterThanOrEqual(2 * 8);
  const frames = framesOf(features, 8).map((data) => ({ shape: [1, 1, features], data }));
  expectSameOverTime(readTflite(bytes), graph, frames, [DTLN_STATE]);
});

const VARIANTS: readonly (UnrolledVariant & { readonly name: string })[] = [
  { name: 'as TensorFlow writes it' },
  { name: 'gates in another order', gateOrder: ['output', 'cell', 'input', 'forget'] },
  { name: 'a product per gate', products: 'perGate' },
  { name: 'one product of input and hidden state side by side', products: 'joined' },
  { name: 'the bias in the input product', bias: 'input' },
  { name: 'the bias in the recurrent product', bias: 'recurrent' },
  { name: 'two biases', bias: 'both' },
  { name: 'no bias', bias: 'none' },
  { name: 'operands the other way round', swapOperands: true },
  { name: 'slices instead of a split', cut: 'slices' },
  { name: 'hidden and cell state stacked in one tensor', states: 'stacked' },
  { name: 'both states side by side, transposed', states: 'transposed' },
  { name: 'three rows', batch: 3 },
];

describe('a written-out layer is found', () => {
  test.each(VARIANTS)('$name', (variant) => {
    const { graph, features, batch, stateShapes } = unrolledLayer(new Random(11), variant);
    const rolled = rollLstms(graph);
    expect(rolled.layers).toHaveLength(1);
    expect(rolled.droppedStates).toHaveLength(stateShapes.length);
    expect(rolled.graph.ops.map(({ kind }) => kind)).toEqual(['lstm']);
    const random = new Random(12);
    const frames = Array.from({ length: 6 }, () => ({
      shape: [batch, features],
      data: Float32Array.from({ length: batch * features }, () => random.integer(-64, 64) / 32),
    }));
    const results = runFedBack(graph, frames, stateShapes).map((outputs) => outputs[0]!);
    const runner = new FloatRunner(rolled.graph);
    frames.forEach((frame, index) => {
      expect(largestDifference(runner.run([frame])[0]!.data, results[index]!.data)).toBeLessThan(1e-6);
    });
  });
});

const FLAWS: readonly (UnrolledVariant & { readonly name: string })[] = [
  { name: 'the new state is not where the old one was', flaw: 'states swapped', states: 'stacked' },
  { name: 'something else reads the state', flaw: 'state read' },
  { name: 'the cell state is an output of its own', flaw: 'cell given' },
  { name: 'the cell gate goes through relu', flaw: 'relu' },
  { name: 'the input gate opens as the forget gate does', flaw: 'one gate of the hidden state alone' },
  { name: 'the sum is clamped', flaw: 'clamped' },
  { name: 'the output state is too long', flaw: 'state padded', states: 'stacked' },
];

describe('what is no LSTM stays as it is', () => {
  test.each(FLAWS)('$name', (variant) => {
    const { graph } = unrolledLayer(new Random(13), variant);
    expect(rollLstms(graph)).toEqual({ graph, layers: [], droppedStates: [] });
  });

  test('a model of other layers', () => {
    const graph = readTflite(readSharedModel('tflite-micro/mnist_lstm_float.tflite'));
    expect(rollLstms(graph).graph).toBe(graph);
  });
});

test('damaged files give graphs that can be trusted, or typed errors', () => {
  const random = new Random(21);
  const exported = (variant: UnrolledVariant): Uint8Array =>
    exportTflite(unrolledLayer(new Random(22), variant).graph);
  const files = [
    exported({ states: 'stacked' }),
    exported({ states: 'transposed' }),
    exported({ products: 'joined' }),
  ] as const;
  const outcomes = { rolled: 0, left: 0, refused: 0 };
  for (let file = 0; file < 1500; file++) {
    const bytes = random.pick(files).slice();
    const view = new DataView(bytes.buffer);
    for (let change = random.integer(1, 2); change > 0; change--) {
      const position = random.integer(0, bytes.length - 4) & ~3;
      view.setUint32(
        position,
        random.pick([0, 1, 2, 3, view.getUint32(position, true) + 1, 0xffffffff]),
        true,
      );
    }
    try {
      const { graph, layers } = readFloatTflite(bytes);
      validateGraph(graph);
      outcomes[layers.length > 0 ? 'rolled' : 'left']++;
    } catch (error) {
      if (!(error instanceof ModelFormatError || error instanceof UnsupportedModelError)) {
        throw new Error(`file ${file}`, { cause: error });
      }
      outcomes.refused++;
    }
  }
  expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0);
});

/** Runs a graph whose inputs after the first are states, and whose last outputs are the new ones. */
function runFedBack(
  graph: Graph,
  frames: readonly FloatTensor[],
  stateShapes: readonly (readonly number[])[],
): FloatTensor[][] {
  const runner = new FloatRunner(graph);
  let states: readonly FloatTensor[] = stateShapes.map((shape) => ({
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  }));
  return frames.map((frame) => {
    const outputs = runner.run([frame, ...states]);
    states = outputs.slice(-states.length);
    return outputs;
  });
}

function expectSameOverTime(
  unrolled: Graph,
  rolled: Graph,
  frames: readonly FloatTensor[],
  stateShapes: readonly (readonly number[])[],
): void {
  const expected = runFedBack(unrolled, frames, stateShapes);
  const runner = new FloatRunner(rolled);
  frames.forEach((frame, index) => {
    const [output] = runner.run([frame]);
    expect(largestDifference(output!.data, expected[index]![0]!.data)).toBeLessThan(1e-5);
  });
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}
