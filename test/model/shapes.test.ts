import { describe, expect, it } from 'vitest';
import { InputError, ModelFormatError, UnsupportedModelError } from '../../src/errors';
import type { TensorId } from '../../src/model';
import { evaluateShapes, timeView } from '../../src/model/shapes';
import { analyzeShapes, inferShapes } from '../../src/model/shapes/analyze';
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
  builder.op({ kind: 'logistic', input: mask, output });
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

  it('refuses more classes than a softmax can sum', () => {
    const builder = new GraphBuilder();
    const output = builder.tensor([]);
    builder.op({ kind: 'softmax', input: builder.input([1, 4096]), output, beta: 1 });
    expect(() => analyzeShapes(builder.graph([output]))).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: softmax_0: 4096 classes; its int32 sum holds 4095, end the model at its logits]`,
    );
  });

  it('refuses more than five dimensions', () => {
    const builder = new GraphBuilder();
    const output = builder.reshape(builder.input([1, 64]), [1, 2, 2, 2, 2, 4]);
    expect(() => analyzeShapes(builder.graph([output]))).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: reshape_0: its output has 6 dimensions; up to 5 are supported]`,
    );
  });

  it('refuses constant positions outside what they pick from', () => {
    const builder = new GraphBuilder();
    const output = builder.tensor([]);
    const indices = builder.int32([2], [0, 3]);
    builder.op({ kind: 'gather', input: builder.input([2, 3]), indices, output, axis: 1 });
    expect(() => analyzeShapes(builder.graph([output]))).toThrow('gather_0: there is no element 3 among 3');
  });
});

describe('ops that keep batch and time free', () => {
  const WHOLE = { kind: 'range', begin: null, end: null, stride: 1 } as const;

  it('the last timestep of any sequence', () => {
    const builder = new GraphBuilder();
    const [sequence] = builder.lstm(builder.input([1, 28, 8]), { features: 8, units: 4 });
    const last = builder.tensor([]);
    builder.op({
      kind: 'slice',
      input: sequence!,
      output: last,
      dimensions: [WHOLE, { kind: 'index', index: -1 }],
    });
    const shapes = analyzeShapes(builder.graph([last]));
    expect(shapes.tensors[last]).toEqual([['batch'], [4]]);
    expect([shapes.timesteps.fixedBecause, shapes.timeLocal]).toEqual([null, false]);
  });

  it('another timestep fixes their number', () => {
    const builder = new GraphBuilder();
    const output = builder.tensor([]);
    builder.op({
      kind: 'slice',
      input: builder.input([1, 28, 8]),
      output,
      dimensions: [WHOLE, { kind: 'index', index: 27 }],
    });
    expect(analyzeShapes(builder.graph([output])).timesteps.fixedBecause).toBe(
      'slice_0 takes element 27 of the time',
    );
  });

  it('a transpose to a time-major LSTM, reversed and averaged over time', () => {
    const builder = new GraphBuilder();
    const [swapped, reversed, mean] = [builder.tensor([]), builder.tensor([]), builder.tensor([])];
    const input = builder.input([2, 9, 8]);
    builder.op({ kind: 'transpose', input, output: swapped, permutation: [1, 0, 2] });
    const [sequence] = builder.lstm(swapped, { features: 8, units: 4, fileBatch: 2 }, { timeMajor: true });
    builder.op({ kind: 'reverse', input: sequence!, output: reversed, axes: [0] });
    builder.op({ kind: 'mean', input: reversed, output: mean, axes: [0], keepDims: false });
    const shapes = analyzeShapes(builder.graph([mean]));
    expect(evaluateShapes(shapes, { batch: 5, timesteps: 3 })[mean]).toEqual([5, 4]);
    expect(shapes.tensors[input]).toEqual([['batch'], ['time'], [8]]);
  });

  it('broadcasting repeats a row over batch and time, and fixes what it meets as a number', () => {
    const builder = new GraphBuilder();
    const [sequence] = builder.lstm(builder.input([1, 28, 8]), { features: 8, units: 4 });
    const add = (right: TensorId): TensorId => {
      const output = builder.tensor([]);
      const [operation, activation] = ['add', 'none'] as const;
      builder.op({ kind: 'binary', operation, left: sequence!, right, output, activation });
      return output;
    };
    const row = add(builder.int8([4], new Int8Array(4)));
    expect(analyzeShapes(builder.graph([row])).tensors[row]).toEqual([['batch'], ['time'], [4]]);
    const matrix = add(builder.int8([28, 4], new Int8Array(112)));
    expect(analyzeShapes(builder.graph([matrix])).timesteps.fixedBecause).toBe(
      'binary_2 combines the time with a dimension of fixed size',
    );
  });

  it('a pointwise convolution slides over nothing, a wider one fixes what it slides over', () => {
    const convolve = (height: number): ReturnType<typeof analyzeShapes> => {
      const builder = new GraphBuilder();
      const output = builder.tensor([]);
      builder.op({
        kind: 'conv2d',
        input: builder.input([1, 49, 1, 6]),
        weights: builder.int8([3, height, 1, 6], new Int8Array(18 * height)),
        bias: null,
        output,
        stride: [1, 1],
        dilation: [1, 1],
        padding: 'same',
        activation: 'none',
      });
      return analyzeShapes(builder.graph([output]));
    };
    expect(convolve(1).timesteps.fixedBecause).toBeNull();
    expect(convolve(3).timesteps.fixedBecause).toBe('conv2d_0 slides over the time');
    expect(convolve(3).batch.fixedBecause).toBeNull();
  });

  it('joining along the features keeps both, along time fixes it', () => {
    const join = (axis: number): ReturnType<typeof analyzeShapes> => {
      const builder = new GraphBuilder();
      const [a, b, output] = [builder.input([1, 7, 3]), builder.input([1, 7, 3]), builder.tensor([])];
      builder.op({ kind: 'concatenation', inputs: [a, b], output, axis });
      return analyzeShapes(builder.graph([output]));
    };
    expect(join(2)).toMatchObject({ timeLocal: true, timesteps: { fixedBecause: null } });
    expect(join(1).timesteps.fixedBecause).toBe('concatenation_0 joins tensors along the time');
  });
});
