import { describe, expect, test } from 'vitest';
import { importTflite, readTflite } from '../../src/import/tflite';
import type { Graph, LstmOp } from '../../src/model';
import { opTensors } from '../../src/model';
import { bidirectionalTflite } from '../support/bidirectional-tflite';
import { perTensor } from '../support/graph-builder';
import type { IntegerLstmOptions } from '../support/integer-lstm';
import { integerLstmGraph, lstmOf, PLAIN, quantizationOf, withTensor } from '../support/integer-lstm';
import { Random } from '../support/random';

function layer(options: Partial<IntegerLstmOptions> = {}): Graph {
  const sizes = { inputs: 5, units: 3, batch: 2, timesteps: 4 };
  return integerLstmGraph({ ...sizes, directions: ['forward', 'reverse'], ...options }, new Random(52));
}

/** What the layer's tensors hold, by role; and what stays inside. */
function contents(graph: Graph): unknown {
  const op = lstmOf(graph);
  const { inputs, weights, states, outputs } = opTensors(op);
  return {
    tensors: [...inputs, ...weights, ...states].map(({ role, id }) => ({ role, ...graph.tensors[id] })),
    outputs: outputs.map(({ role, id }) => ({ role, quantization: graph.tensors[id]!.quantization })),
    directions: op.directions.map(({ direction, hidden }) => ({ direction, hidden })),
  };
}

describe('BIDIRECTIONAL_SEQUENCE_LSTM', () => {
  test.each([
    ['plain', { variant: PLAIN }],
    ['time-major', { timeMajor: true }],
    ['coupled gates and peepholes', { variant: { ...PLAIN, coupledGates: true, peephole: true } }],
    ['a cell clip', { cellClip: 0.25 }],
  ])('%s is one layer of two directions, with every tensor in its place', (_, options) => {
    const graph = layer(options);
    const read = importTflite(bidirectionalTflite(graph));
    const [op] = read.ops as LstmOp[];
    const { timeMajor, oneStep, cellClip, projectionClip } = lstmOf(graph);
    expect(op).toMatchObject({ kind: 'lstm', timeMajor, oneStep, cellClip, projectionClip });
    expect(contents(read)).toEqual(contents(graph));
  });

  test('merged outputs are concatenated along the features', () => {
    const graph = layer();
    const read = importTflite(bidirectionalTflite(graph, { isMerged: true }));
    expect(read.ops.map(({ name }) => name)).toEqual(['lstm_0', 'concatenation_0']);
    const [op, concatenation] = read.ops;
    const { directions } = op as LstmOp;
    expect(concatenation).toMatchObject({
      inputs: directions.map(({ output }) => output),
      output: read.outputs[0],
      axis: 2,
    });
    const parts = directions.map(({ output }) => read.tensors[output]!);
    expect(parts.map(({ shape }) => shape)).toEqual([
      [2, 4, 3],
      [2, 4, 3],
    ]);
    const merged = quantizationOf(read, read.outputs[0]!);
    expect(parts.map(({ quantization }) => quantization)).toEqual([merged, merged]);
  });

  test('a direction whose scale is not the merged one is refused', () => {
    const graph = layer();
    const uneven = withTensor(graph, lstmOf(graph).directions[1]!.outputState, {
      quantization: perTensor(1 / 64, 3),
    });
    const file = bidirectionalTflite(uneven, { isMerged: true });
    expect(() => importTflite(file)).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: lstm_0: its reverse output has scale 0.004834491293877363 and zero point -26, its reverse output state 0.015625 and 3; the same are expected, requantize the model]`,
    );
  });

  test('auxiliary inputs are refused by name', () => {
    const file = bidirectionalTflite(layer(), { inputs: { 39: 0, 41: 0 } });
    expect(() => readTflite(file)).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: op 0 BIDIRECTIONAL_SEQUENCE_LSTM: has an auxiliary input or its weights (inputs 39, 41), as cross-linked layers do; concatenate both directions between stacked layers instead]`,
    );
  });

  test('an integer projection is refused: nothing states the scale before it', () => {
    const graph = layer({ variant: { ...PLAIN, projection: true }, outputs: 2 });
    expect(() => importTflite(bidirectionalTflite(graph))).toThrowErrorMatchingInlineSnapshot(`
      [UnsupportedModelError: 2 things cannot run:
      - lstm_0: its forward hidden value (intermediate 4) has no scale; requantize the model
      - lstm_0: its reverse hidden value (intermediate 4) has no scale; requantize the model]
    `);
    expect(lstmOf(readTflite(bidirectionalTflite(graph))).directions.map(({ hidden }) => hidden)).toEqual([
      null,
      null,
    ]);
  });

  test('a missing tensor is named with its direction', () => {
    expect(() =>
      readTflite(bidirectionalTflite(layer(), { inputs: { 19: -1 } })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: op 0 BIDIRECTIONAL_SEQUENCE_LSTM: its reverse forget gate input weights (input 19) is missing; convert the model again]`,
    );
    expect(() =>
      readTflite(bidirectionalTflite(layer(), { inputs: { 20: 2 } })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: lstm_0: its reverse cell gate input weights "t2": shape [3, 3] found, [3, 5] expected; convert the model again]`,
    );
  });

  test('directions that differ in their options become two layers', () => {
    const read = importTflite(bidirectionalTflite(layer(), { inputs: { 18: -1, 22: -1, 29: -1 } }));
    expect(read.ops.map(({ name }) => name)).toEqual(['lstm_0_forward', 'lstm_0_reverse']);
    const layers = read.ops as LstmOp[];
    expect(layers.map(({ directions }) => directions[0].direction)).toEqual(['forward', 'reverse']);
    expect(layers.map(({ directions }) => directions[0].gates.input === null)).toEqual([false, true]);
  });
});
