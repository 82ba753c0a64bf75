import { describe, expect, it } from 'vitest';
import { InputError, ModelFormatError, UnsupportedModelError } from '../../src/errors';
import type { LogisticOp, TensorId } from '../../src/model';
import { analyzeShapes, evaluateShapes, inferShapes, timeView } from '../../src/model/shapes';
import { regroup } from '../../src/model/shapes/regroup';
import { GraphBuilder } from '../support/graph-builder';

const weights = (builder: GraphBuilder, outputs: number, inputs: number): TensorId =>
  builder.int8([outputs, inputs], new Int8Array(outputs * inputs));

describe('regroup keeps batch and time apart', () => {
  const shape = [['batch'], ['time'], [20]] as const;
  it.each([
    ['flattens batch and time into rows', [28, 20], [['batch', 'time'], [20]]],
    ['keeps a batch of 1 as its own dimension', [1, 560], [['batch'], ['time', 20]]],
    ['splits features', [1, 28, 4, 5], [['batch'], ['time'], [4], [5]]],
    ['adds a dimension of 1', [1, 28, 20, 1], [['batch'], ['time'], [20], []]],
    ['merges everything', [560], [['batch', 'time', 20]]],
  ])('%s', (_, target, expected) => {
    expect(regroup(shape, target, { batch: 1, timesteps: 28 })).toEqual(expected);
  });

  it('leaves the features alone where batch and time are both 1 in the file', () => {
    const one = { batch: 1, timesteps: 1 };
    expect(regroup(shape, [1, 20], one)).toEqual([['batch', 'time'], [20]]);
    expect(regroup([['batch', 'time'], [20]], [1, 1, 20], one)).toEqual(shape);
    expect(regroup(shape, [1, 1, 1, 20], one)).toEqual([['batch'], ['time'], [], [20]]);
  });

  it('names the size that a reshape cuts through', () => {
    expect(regroup(shape, [4, 7, 20], { batch: 1, timesteps: 28 })).toEqual({ obstacle: 'time' });
    expect(regroup(shape, [2, 280], { batch: 4, timesteps: 7 })).toEqual({ obstacle: 'batch' });
    expect(regroup([[6], ['batch']], [4, 9], { batch: 6, timesteps: 1 })).toEqual({ obstacle: 'batch' });
  });
});

describe('the digits model: a dense layer over all timesteps', () => {
  const builder = new GraphBuilder();
  const [sequence] = builder.lstm(builder.input([1, 28, 28]), { features: 28, units: 20 });
  const flat = builder.reshape(sequence!, [-1, 560]);
  const logits = builder.fullyConnected(flat, weights(builder, 10, 560));
  const graph = builder.graph([logits]);

  it('takes any batch', () => {
    const sizes = inferShapes(graph, { batch: 5, timesteps: 28 });
    expect([sequence!, flat, logits].map((id) => sizes[id])).toEqual([
      [5, 28, 20],
      [5, 560],
      [5, 10],
    ]);
  });

  it('refuses another number of timesteps, even one that divides the elements', () => {
    expect(() => inferShapes(graph, { batch: 2, timesteps: 14 })).toThrowErrorMatchingInlineSnapshot(
      `[InputError: timesteps is 14, but this model runs with 28 only: fullyConnected_2 has the time in its rows of 560 inputs]`,
    );
  });

  it('does not run in pieces', () => {
    expect(analyzeShapes(graph).timeLocal).toBe(false);
  });
});

describe('a streaming model: every op keeps to its timestep', () => {
  const builder = new GraphBuilder();
  const [first] = builder.lstm(builder.input([1, 1, 257]), { features: 257, units: 128 });
  const [second] = builder.lstm(first!, { features: 128, units: 128 });
  const mask = builder.fullyConnected(second!, weights(builder, 257, 128), { keepDims: true });
  const output = builder.tensor([1]);
  builder.op<LogisticOp>({ kind: 'logistic', input: mask, output });
  const graph = builder.graph([output]);
  const shapes = analyzeShapes(graph);

  it('takes any batch and any number of timesteps', () => {
    expect(evaluateShapes(shapes, { batch: 3, timesteps: 100 })[output]).toEqual([3, 100, 257]);
    expect(shapes).toMatchObject({
      batch: { inFile: 1, fixedBecause: null },
      timesteps: { inFile: 1, fixedBecause: null },
      timeLocal: true,
    });
  });

  it('gives state one row per batch row', () => {
    const lstm = graph.ops[0]!;
    const sizes = evaluateShapes(shapes, { batch: 3, timesteps: 2 });
    expect(lstm.kind === 'lstm' && sizes[lstm.directions[0].cellState]).toEqual([3, 128]);
  });

  it('sees an output as outer, time and inner', () => {
    expect(timeView(shapes.tensors[output]!, { batch: 3, timesteps: 100 })).toEqual({ outer: 3, inner: 257 });
  });

  it.each([0, -1, 1.5, NaN])('refuses %s timesteps', (timesteps) => {
    expect(() => evaluateShapes(shapes, { batch: 1, timesteps })).toThrow(InputError);
  });
});

describe('rows flattened for a dense layer', () => {
  it('keep time free, and stay batch-major', () => {
    const builder = new GraphBuilder();
    const [sequence] = builder.lstm(builder.input([1, 1, 8]), { features: 8, units: 4 });
    const rows = builder.fullyConnected(builder.reshape(sequence!, [1, 4]), weights(builder, 2, 4));
    const shapes = analyzeShapes(builder.graph([rows]));
    expect(shapes.tensors[rows]).toEqual([['batch', 'time'], [2]]);
    expect(shapes.timeLocal).toBe(true);
    expect(timeView(shapes.tensors[rows]!, { batch: 3, timesteps: 7 })).toEqual({ outer: 3, inner: 2 });
  });
});

describe('which dimension of the input is batch and which is time', () => {
  it('follows a time-major LSTM', () => {
    const builder = new GraphBuilder();
    const [output] = builder.lstm(
      builder.input([9, 3, 8]),
      { features: 8, units: 4, fileBatch: 3 },
      { timeMajor: true },
    );
    const shapes = analyzeShapes(builder.graph([output!]));
    expect(shapes.tensors[output!]).toEqual([['time'], ['batch'], [4]]);
    expect([shapes.batch.inFile, shapes.timesteps.inFile]).toEqual([3, 9]);
  });

  it('has no time for an LSTM of one step', () => {
    const builder = new GraphBuilder();
    const [output] = builder.lstm(
      builder.input([2, 8]),
      { features: 8, units: 4, fileBatch: 2 },
      { oneStep: true },
    );
    const shapes = analyzeShapes(builder.graph([output!]));
    expect(shapes.tensors[output!]).toEqual([['batch'], [4]]);
    expect(() => evaluateShapes(shapes, { batch: 7, timesteps: 2 })).toThrow(
      /none of its inputs has a time dimension/,
    );
  });

  it('sees time in rows that become a sequence of batch 1', () => {
    const builder = new GraphBuilder();
    const input = builder.input([28, 8]);
    const [output] = builder.lstm(builder.reshape(input, [1, 28, 8]), { features: 8, units: 4 });
    const shapes = analyzeShapes(builder.graph([output!]));
    expect(shapes.tensors[input]).toEqual([['time'], [8]]);
    expect(shapes.timesteps.fixedBecause).toBeNull();
    expect(shapes.batch).toEqual({ inFile: 1, fixedBecause: 'none of its inputs has a batch dimension' });
  });

  it('fixes the batch where a reshape stands for a transpose', () => {
    const builder = new GraphBuilder();
    const swapped = builder.reshape(builder.input([1, 28, 8]), [28, 1, 8]);
    const [output] = builder.lstm(swapped, { features: 8, units: 4 }, { timeMajor: true });
    const shapes = analyzeShapes(builder.graph([output!]));
    expect(shapes.timesteps.fixedBecause).toBeNull();
    expect(() => evaluateShapes(shapes, { batch: 2, timesteps: 28 })).toThrowErrorMatchingInlineSnapshot(
      `[InputError: batch is 2, but this model runs with 1 only: lstm_1 would mix timesteps of different batch rows]`,
    );
  });

  it('reads a graph without LSTM as batch rows', () => {
    const builder = new GraphBuilder();
    const output = builder.fullyConnected(builder.input([1, 16]), weights(builder, 4, 16));
    expect(inferShapes(builder.graph([output]), { batch: 9, timesteps: 1 })[output]).toEqual([9, 4]);
  });

  it('is not in pieces with a reverse direction', () => {
    const builder = new GraphBuilder();
    const outputs = builder.lstm(builder.input([1, 9, 8]), { features: 8, units: 4 }, { directions: 2 });
    const shapes = analyzeShapes(builder.graph(outputs));
    expect(shapes.timesteps.fixedBecause).toBeNull();
    expect(shapes.timeLocal).toBe(false);
  });
});

describe('contradictions', () => {
  it('names the op whose rows do not fit its weights', () => {
    const builder = new GraphBuilder();
    const output = builder.fullyConnected(builder.input([1, 5]), weights(builder, 4, 16));
    expect(() => analyzeShapes(builder.graph([output]))).toThrow(UnsupportedModelError);
    expect(() => analyzeShapes(builder.graph([output]))).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: fullyConnected_0: its input rows have 5 elements, its weights take 16; reshape the rows before it]`,
    );
  });

  it('refuses a reshape to another number of elements', () => {
    const builder = new GraphBuilder();
    const output = builder.reshape(builder.input([1, 5]), [2, 3]);
    expect(() => analyzeShapes(builder.graph([output]))).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: reshape_0: 5 elements cannot take the shape [2, 3]]`,
    );
  });

  it('refuses an LSTM input of the wrong rank and a tensor that nothing makes', () => {
    const builder = new GraphBuilder();
    const [output] = builder.lstm(builder.input([1, 5]), { features: 5, units: 2 });
    expect(() => analyzeShapes(builder.graph([output!]))).toThrow(/\[batch, time, features\] is expected/);
    const orphan = new GraphBuilder();
    const loose = orphan.reshape(orphan.tensor([2, 2]), [4]);
    expect(() => analyzeShapes(orphan.graph([loose]))).toThrow(ModelFormatError);
  });
});
