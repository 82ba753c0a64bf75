import { describe, expect, test } from 'vitest';
import { exportTflite } from '../../src/export/tflite';
import type { Graph, Op, OpKind } from '../../src/model';
import { calibrate, quantize, quantizeGraph, runFloat } from '../../src/quantize';
import type { FloatTensor } from '../../src/quantize';
import { Model } from '../../src/runtime/model';
import { GraphBuilder } from '../../training/graph-builder';
import { runTflite } from '../support/tflite-oracle';
import { lstmGraph, noise } from './support/lstm-graph';
import { NEIGHBOUR_CASES } from './support/neighbour-cases';
import { quantizationOf, toInt8 } from './support/run-integer';

const PLAIN = { layerNorm: false, projection: false, peephole: false, coupledInputForget: false };

/** XNNPACK rounds where TFLite's own kernels do otherwise, and takes softmax from float. */
const TFLITE_TOLERANCE = 1;

/** Signal over error of 8 bits, at least; moves have no error but their input's. */
const LOWEST_DECIBELS = 30;

function sample(shapes: readonly (readonly number[])[], stream: number): FloatTensor[] {
  return shapes.map((shape, index) => ({
    shape,
    data: noise(
      stream + index,
      shape.reduce((product, size) => product * size, 1),
    ).map((value) => 4 * value),
  }));
}

describe('ops around the LSTM in int8', () => {
  test.each(NEIGHBOUR_CASES)('$name', async ({ graph, shapes }) => {
    const calls = [50, 60, 70].map((stream) => ({ calls: [sample(shapes, stream)] }));
    const { graph: integer } = await quantize(graph, calls);
    const file = exportTflite(integer);
    const inputs = sample(shapes, 80);
    const int8 = inputs.map(({ data }, index) =>
      toInt8(data, quantizationOf(integer, integer.inputs[index]!)),
    );
    const model = await Model.fromGraph(integer, { backend: 'reference' });
    const found = await model
      .createSession()
      .runNamed(Object.fromEntries(model.inputs.map(({ name }, index) => [name, int8[index]!])));
    const [fromTflite] = await runTflite(file, [int8]);
    runFloat(graph, inputs).forEach(({ data }, index) => {
      const { scale, zeroPoint } = quantizationOf(integer, integer.outputs[index]!);
      const values = found[model.outputs[index]!.name] as Int8Array;
      let [signal, error] = [0, 1e-12];
      data.forEach((value, element) => {
        signal += value ** 2;
        error += (value - scale * (values[element]! - zeroPoint)) ** 2;
        const difference = Math.abs(values[element]! - Number(fromTflite![index]![element]));
        expect(difference).toBeLessThanOrEqual(TFLITE_TOLERANCE);
      });
      expect(10 * Math.log10(signal / error)).toBeGreaterThan(LOWEST_DECIBELS);
    });
    model.dispose();
  });

  test('inputs of a concatenation are brought to its one scale', async () => {
    const { graph, shapes } = NEIGHBOUR_CASES.find(({ name }) => name === 'concatenation')!;
    const inputs = sample(shapes, 50).map((input, index) => ({
      ...input,
      data: input.data.map((value) => (index === 0 ? value / 8 : value)),
    }));
    const { graph: integer } = await quantize(graph, [{ calls: [inputs] }]);
    expect(integer.ops.map(({ kind }) => kind)).toEqual(['quantize', 'concatenation']);
    expect(() => exportTflite(integer)).not.toThrow();
  });

  test('a pad with a value beyond its input’s range widens the range', async () => {
    const { graph, shapes } = NEIGHBOUR_CASES.find(({ name }) => name === 'pad with a constant')!;
    const inputs = sample(shapes, 50).map((input) => ({ ...input, data: input.data.map((v) => v / 64) }));
    const { graph: integer } = await quantize(graph, [{ calls: [inputs] }]);
    expect(integer.ops.map(({ kind }) => kind)).toEqual(['quantize', 'pad']);
    const { scale, zeroPoint } = quantizationOf(integer, integer.outputs[0]!);
    const fill = integer.tensors.find(({ name }) => name === 'fill')!;
    expect(scale * (Number(fill.data![0]) - zeroPoint)).toBeCloseTo(0.75, 2);
  });

  test('convolutions have a scale per channel', async () => {
    for (const [name, axis, channels] of [
      ['convolution, same', 0, 7],
      ['depthwise convolution, same', 3, 6],
    ] as const) {
      const { graph, shapes } = NEIGHBOUR_CASES.find((candidate) => candidate.name === name)!;
      const { graph: integer } = await quantize(graph, [{ calls: [sample(shapes, 50)] }]);
      const weights = integer.tensors.find((tensor) => tensor.name === 'w')!;
      const bias = integer.tensors.find((tensor) => tensor.name === 'b')!;
      expect([weights.quantization!.axis, weights.quantization!.scales.length]).toEqual([axis, channels]);
      expect([bias.quantization!.axis, bias.quantization!.scales.length]).toEqual([0, channels]);
    }
  });

  test('an embedding is an int8 table; its positions stay what they are', async () => {
    const builder = new GraphBuilder('embedding');
    const positions = builder.activation('positions', [1, 3]);
    const output = builder.activation('y', [1, 3, 4]);
    const table = noise(1, 24);
    builder.add({
      ...{
        kind: 'gather',
        name: 'gather_0',
        sourceIndex: 0,
        input: builder.constant('table', [6, 4], table),
      },
      ...{ indices: positions, output, axis: 0 },
    });
    const built = builder.build([positions], [output]);
    const tensors = built.tensors.map((tensor, id) =>
      id === positions ? { ...tensor, dtype: 'int32' as const } : tensor,
    );
    const graph = { ...built, tensors };
    const calls = [[{ shape: [1, 3], data: Float32Array.of(5, 0, 2) }]];
    const { graph: integer, ranges } = await quantize(graph, [{ calls }]);
    expect(Object.keys(ranges.tensors)).toEqual(['y']);
    const model = await Model.fromGraph(integer, { backend: 'reference' });
    const { y } = await model.createSession().runNamed({ positions: Int32Array.of(4, 1, 1) });
    const { scale, zeroPoint } = quantizationOf(integer, integer.outputs[0]!);
    [...table.slice(16, 20), ...table.slice(4, 8), ...table.slice(4, 8)].forEach((value, element) => {
      const real = scale * ((y as Int8Array)[element]! - zeroPoint);
      expect(Math.abs(real - value)).toBeLessThanOrEqual(scale * 0.501);
    });
    model.dispose();
  });
});

/** log -> subtract the mean -> dense -> logistic -> times the input. */
function mixedGraph(): Graph {
  const builder = new GraphBuilder('mixed');
  const activations = ['x', 'log', 'mean', 'centred', 'dense', 'mask', 'y'];
  const ids = activations.map((name) => builder.activation(name, [2, name === 'mean' ? 1 : 6]));
  const [x, log, mean, centred, dense, mask, y] = ids;
  const op = <K extends OpKind>(
    settings: { kind: K } & Omit<Extract<Op, { kind: K }>, 'kind' | 'name' | 'sourceIndex'>,
  ) => {
    builder.add({
      ...settings,
      name: `${settings.kind}_${builder.nextOp}`,
      sourceIndex: builder.nextOp,
    } as unknown as Op);
  };
  op({ kind: 'floatUnary', function: 'log', input: x!, output: log! });
  op({ kind: 'mean', input: log!, output: mean!, axes: [1], keepDims: true });
  op({
    kind: 'binary',
    operation: 'subtract',
    left: log!,
    right: mean!,
    output: centred!,
    activation: 'none',
  });
  op({
    kind: 'fullyConnected',
    input: centred!,
    weights: builder.constant('w', [6, 6], noise(1, 36)),
    bias: builder.constant('b', [6], noise(2, 6)),
    output: dense!,
    activation: 'none',
    keepDims: false,
  });
  op({ kind: 'logistic', input: dense!, output: mask! });
  op({ kind: 'binary', operation: 'multiply', left: mask!, right: x!, output: y!, activation: 'none' });
  return builder.build([x!], [y!]);
}

describe('what stays in float', () => {
  const magnitudes = (stream: number): FloatTensor => ({
    shape: [2, 6],
    data: noise(stream, 12).map((value) => 1.5 + value),
  });
  const calls = [{ calls: [[magnitudes(1)], [magnitudes(2)], [magnitudes(3)]] }];

  test('ops without an integer form, what they feed up to the next layer, and what only they read', async () => {
    const graph = mixedGraph();
    const { graph: integer } = await quantize(graph, calls);
    expect(integer.ops.map(({ kind }) => kind).join(' ')).toBe(
      'floatUnary mean binary quantize fullyConnected logistic dequantize binary',
    );
    expect(integer.tensors[integer.inputs[0]!]!.dtype).toBe('float32');
    expect(integer.tensors[integer.outputs[0]!]!.dtype).toBe('float32');
    const [expected] = runFloat(graph, [magnitudes(2)]);
    const [found] = await runTflite(exportTflite(integer), [[magnitudes(2).data]]);
    expected!.data.forEach((value, index) => {
      expect(Math.abs(value - Number(found![0]![index]))).toBeLessThan(0.03);
    });
  });

  test('layers that the caller keeps', async () => {
    const graph = mixedGraph();
    const ranges = await calibrate(graph, calls);
    const integer = quantizeGraph(graph, ranges, { keepFloat: ['fullyConnected_3'] });
    expect(integer.ops.map(({ kind }) => kind)).toEqual(graph.ops.map(({ kind }) => kind));
    const [expected] = runFloat(graph, [magnitudes(2)]);
    const [found] = await runTflite(exportTflite(integer), [[magnitudes(2).data]]);
    expected!.data.forEach((value, index) => {
      expect(Math.abs(value - Number(found![0]![index]))).toBeLessThan(1e-5);
    });
  });

  test('an LSTM cannot be kept, nor an op that does not exist', async () => {
    const graph = lstmGraph({
      variant: PLAIN,
      batch: 1,
      steps: 2,
      inputs: 3,
      units: 4,
      projected: 2,
      values: noise,
    });
    const ranges = await calibrate(graph, [{ calls: [[{ shape: [1, 2, 3], data: noise(9, 6) }]] }]);
    expect(() => quantizeGraph(graph, ranges, { keepFloat: ['lstm_0'] })).toThrow(
      /^lstm_0: cannot be kept in float: LSTM layers run in integers only/,
    );
    expect(() => quantizeGraph(graph, ranges, { keepFloat: ['dense'] })).toThrow(
      'dense: cannot be kept in float: the graph has no such op; it has lstm_0',
    );
  });
});
