import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import type { Graph, SliceDimension, TensorId } from '../../src/model';
import { Model } from '../../src/runtime/model';
import { GraphBuilder, perChannel, perTensor } from '../support/graph-builder';
import { Random } from '../support/random';

const TIME = 12;
const WHOLE: SliceDimension = { kind: 'range', begin: null, end: null, stride: 1 };

/** A front end of convolutions over `[batch, time, 10, 1]`, then everything else on `[batch, time, features]`. */
function graphOfEverything(random: Random): Graph {
  const builder = new GraphBuilder();
  const tensor = (scale: number, zeroPoint = 0): TensorId =>
    builder.tensor([], { quantization: perTensor(scale, zeroPoint) });
  const weights = (shape: number[], axis: number): TensorId => {
    const channels = shape[axis]!;
    const scales = Array.from({ length: channels }, () => 0.004 + random.real() / 64);
    const data = random
      .int8(shape.reduce((product, size) => product * size, 1))
      .map((w) => Math.max(w, -127));
    return builder.int8(shape, data, { ...perChannel(scales), axis });
  };
  const bias = (channels: number): TensorId =>
    builder.int32(
      [channels],
      Array.from({ length: channels }, () => random.integer(-500, 500)),
    );

  const image = builder.input([1, TIME, 10, 1], { quantization: perTensor(0.05, -11) });
  const depthwise = tensor(0.1, 3);
  builder.op({
    kind: 'depthwiseConv2d',
    input: image,
    weights: weights([1, 3, 4, 6], 3),
    bias: bias(6),
    output: depthwise,
    stride: [1, 2],
    dilation: [1, 1],
    padding: 'same',
    activation: 'relu6',
  });
  const convolved = tensor(0.2, -5);
  builder.op({
    kind: 'conv2d',
    input: depthwise,
    weights: weights([7, 2, 3, 6], 0),
    bias: bias(7),
    output: convolved,
    stride: [1, 1],
    dilation: [2, 1],
    padding: 'same',
    activation: 'none',
  });
  const sequence = tensor(0.2, -5);
  builder.op({ kind: 'reshape', input: convolved, output: sequence, shape: [1, TIME, 35] });

  const halves = [tensor(0.2, -5), tensor(0.2, -5)];
  builder.op({ kind: 'split', input: sequence, outputs: halves, axis: 2, sizes: [20, 15] });
  const rectified = tensor(0.15, -20);
  builder.op({ kind: 'relu', input: halves[0]!, output: rectified, bound: 'relu' });
  const leaky = tensor(0.15, -20);
  builder.op({ kind: 'leakyRelu', input: halves[1]!, output: leaky, alpha: 0.2 });
  const joined = tensor(0.15, -20);
  builder.op({ kind: 'concatenation', inputs: [leaky, rectified], output: joined, axis: 2 });
  const swished = tensor(0.11, 4);
  builder.op({ kind: 'hardSwish', input: joined, output: swished });
  const padded = tensor(0.11, 4);
  builder.op({
    kind: 'pad',
    input: swished,
    output: padded,
    paddings: [
      [0, 0],
      [0, 0],
      [1, 4],
    ],
    value: null,
  });
  const [recurrent] = builder.lstm(
    padded,
    { features: 40, units: 24 },
    { weights: (length) => random.int8(length) },
  );
  const reversed = tensor(1 / 16);
  builder.op({ kind: 'reverse', input: recurrent!, output: reversed, axes: [1] });
  const gate = builder.int8([24], random.int8(24), perTensor(0.03, 5));
  const scaled = tensor(0.1, 1);
  builder.op({
    kind: 'binary',
    operation: 'multiply',
    left: reversed,
    right: gate,
    output: scaled,
    activation: 'none',
  });
  const summed = tensor(0.09, -3);
  builder.op({
    kind: 'binary',
    operation: 'add',
    left: scaled,
    right: recurrent!,
    output: summed,
    activation: 'none',
  });
  const mean = tensor(0.05, 9);
  builder.op({ kind: 'mean', input: summed, output: mean, axes: [1], keepDims: true });
  const centred = tensor(0.08, 0);
  builder.op({
    kind: 'binary',
    operation: 'subtract',
    left: summed,
    right: mean,
    output: centred,
    activation: 'none',
  });
  const transposed = tensor(0.08, 0);
  builder.op({ kind: 'transpose', input: centred, output: transposed, permutation: [0, 2, 1] });
  const picked = tensor(0.08, 0);
  builder.op({
    kind: 'gather',
    input: transposed,
    indices: builder.int32([3], [5, 0, 23]),
    output: picked,
    axis: 1,
  });
  const last = tensor(1 / 16);
  builder.op({
    kind: 'slice',
    input: recurrent!,
    output: last,
    dimensions: [WHOLE, { kind: 'index', index: -1 }],
  });
  return builder.graph([picked, last]);
}

describe('every op around an LSTM', () => {
  let gpu: GPU;
  const models: Model[] = [];
  beforeAll(async () => {
    gpu = await createNodeGpu();
  });
  afterAll(() => {
    for (const model of models) model.dispose();
  });
  const load = async (graph: Graph, backend: 'webgpu' | 'reference'): Promise<Model> => {
    const model = await Model.fromGraph(graph, { backend, gpu });
    models.push(model);
    return model;
  };

  it.each([1, 3])('runs alike on the GPU and on the reference with a batch of %i', async (batch) => {
    const random = new Random(4711 + batch);
    const graph = graphOfEverything(random);
    const [device, reference] = await Promise.all([load(graph, 'webgpu'), load(graph, 'reference')]);
    const [onDevice, onReference] = [device.createSession({ batch }), reference.createSession({ batch })];
    for (let call = 0; call < 2; call++) {
      const input = { t0: random.int8(batch * TIME * 10) };
      const expected = await onReference.runNamed(input);
      expect(await onDevice.runNamed(input), `seed ${random.seed}, call ${call}`).toEqual(expected);
      for (const values of Object.values(expected)) expect(new Set(values).size).toBeGreaterThan(5);
    }
  });

  it('looks words up in a table, and names a word that is not there', async () => {
    const random = new Random(12);
    const builder = new GraphBuilder();
    const words = builder.input([1, 5], { dtype: 'int32', quantization: null });
    const embedded = builder.tensor([]);
    const table = builder.int8([30, 9], random.int8(270), perTensor(1 / 16));
    builder.op({ kind: 'gather', input: table, indices: words, output: embedded, axis: 0 });
    const [output] = builder.lstm(
      embedded,
      { features: 9, units: 6 },
      { weights: (length) => random.int8(length) },
    );
    const graph = builder.graph([output!, embedded]);
    const input = { t0: Int32Array.from({ length: 2 * 8 }, () => random.integer(0, 29)) };
    const results = [];
    for (const backend of ['webgpu', 'reference'] as const) {
      const session = (await load(graph, backend)).createSession({ batch: 2 });
      results.push(await session.runNamed(input));
      await expect(session.runNamed({ t0: input.t0.with(3, 30) })).rejects.toThrowErrorMatchingInlineSnapshot(
        `[InputError: t0: value 3 is 30; its table has rows 0 to 29]`,
      );
      await expect(session.runNamed({ t0: new Int8Array(16) })).rejects.toThrow(/pass an Int32Array/);
    }
    expect(results[0]).toEqual(results[1]);
  });
});
