import { describe, expect, test } from 'vitest';
import { QuantizationError } from '../../src/errors';
import type { Graph, LstmOp, Tensor, TensorId } from '../../src/model';
import { calibrate, quantizeGraph } from '../../src/quantize';
import type { CalibrationRanges, LstmVariant, Range } from '../../src/quantize';
import { GraphBuilder } from '../../training/graph-builder';
import { lstmGraph, noise, VARIANTS, variantName } from './support/lstm-graph';

const SIZES = { batch: 1, steps: 4, inputs: 3, units: 4, projected: 2 };
const PLAIN: LstmVariant = {
  layerNorm: false,
  projection: false,
  peephole: false,
  coupledInputForget: false,
};

function calibrated(graph: Graph): Promise<CalibrationRanges> {
  const features = graph.tensors[graph.inputs[0]!]!.shape.at(-1)!;
  const data = noise(100, 8 * features).map((value) => 2 * value + 0.25);
  return calibrate(graph, [{ calls: [[{ shape: [1, 8, features], data }]] }]);
}

function lstmOf(graph: Graph): LstmOp {
  const [op] = graph.ops;
  if (op?.kind !== 'lstm') throw new Error('expected an LSTM');
  return op;
}

/** A copy of the graph with the constant of that name changed. */
function withConstant(graph: Graph, name: string, change: (data: Float32Array) => Float32Array): Graph {
  const tensors = graph.tensors.map((tensor) =>
    tensor.name === name && tensor.data instanceof Float32Array
      ? { ...tensor, data: change(tensor.data) }
      : tensor,
  );
  return { ...graph, tensors };
}

function withRange(
  ranges: CalibrationRanges,
  group: 'tensors' | 'internals',
  key: string,
  range: Range | null,
) {
  const rest = Object.entries(ranges[group]).filter(([other]) => other !== key);
  return { ...ranges, [group]: Object.fromEntries(range === null ? rest : [...rest, [key, range]]) };
}

const scaleOf = (tensor: Tensor): number => tensor.quantization!.scales[0]!;

describe.each(VARIANTS.map((variant) => [variantName(variant), variant] as const))('%s', (_, variant) => {
  const graph = lstmGraph({ variant, ...SIZES, cellClip: 3, projectionClip: 0.75, values: noise });

  test('types, scales and values follow the recipe', async () => {
    const ranges = await calibrated(graph);
    const integer = quantizeGraph(graph, ranges);
    const op = lstmOf(integer);
    const [direction] = op.directions;
    const tensor = (id: TensorId): Tensor => integer.tensors[id]!;
    const source = (name: string): Float32Array => {
      const { data } = graph.tensors.find((candidate) => candidate.name === name)!;
      if (!(data instanceof Float32Array)) throw new Error(`${name} is no constant`);
      return data;
    };
    const largest = (name: string): number => Math.max(...source(name).map(Math.abs));
    const checkConstant = (id: TensorId, dtype: string, scale: number): void => {
      const { name, data, quantization, dtype: found } = tensor(id);
      expect(found, name).toBe(dtype);
      expect(quantization, name).toEqual({ scales: [scale], zeroPoints: [0], axis: null });
      source(name).forEach((value, index) => {
        // Half a step, and the three float32 roundings of TFLite's arithmetic, which show above 2^24 steps.
        const slack = scale * 0.5001 + Math.abs(value) * 2 ** -22;
        expect(Math.abs(Number(data![index]) * scale - value), name).toBeLessThanOrEqual(slack);
      });
    };

    const x = tensor(op.input);
    const y = tensor(direction.output);
    expect([x.dtype, y.dtype]).toEqual(['int8', 'int8']);
    expect(scaleOf(x)).toBeCloseTo((ranges.tensors['x']!.max - ranges.tensors['x']!.min) / 255, 8);
    expect(tensor(direction.outputState).quantization).toEqual(y.quantization);
    expect(tensor(direction.outputState).isVariable).toBe(true);
    const cell = tensor(direction.cellState);
    expect([cell.dtype, cell.isVariable]).toEqual(['int16', true]);
    expect(Number.isInteger(Math.log2(scaleOf(cell)))).toBe(true);
    const cellReach = Math.max(-ranges.tensors['c']!.min, ranges.tensors['c']!.max);
    expect(scaleOf(cell) * 32768).toBeGreaterThanOrEqual(cellReach);
    expect([op.cellClip, op.projectionClip]).toEqual([3, 0.75]);

    if (variant.projection) {
      expect(direction.hidden).not.toEqual(y.quantization);
      const { weights, bias } = direction.projection!;
      checkConstant(weights, 'int8', Math.fround(largest('projection.weights') / 127));
      checkConstant(bias!, 'int32', Math.fround(scaleOf(tensor(weights)) * direction.hidden!.scales[0]!));
    } else {
      expect(direction.projection).toBeNull();
      expect(direction.hidden).toEqual(y.quantization);
    }
    for (const name of ['input', 'forget', 'cell', 'output'] as const) {
      const gate = direction.gates[name];
      if (gate === null) {
        expect(name === 'input' && variant.coupledInputForget).toBe(true);
        continue;
      }
      checkConstant(gate.inputWeights, 'int8', Math.fround(largest(`${name}.inputWeights`) / 127));
      checkConstant(gate.recurrentWeights, 'int8', Math.fround(largest(`${name}.recurrentWeights`) / 127));
      expect(gate.peephole !== null).toBe(variant.peephole && name !== 'cell');
      if (gate.peephole !== null)
        checkConstant(gate.peephole, 'int16', Math.fround(largest(`${name}.peephole`) / 32767));
      expect(gate.layerNorm !== null).toBe(variant.layerNorm);
      if (gate.layerNorm === null) {
        expect(gate.preActivation).toBeNull();
        checkConstant(gate.bias!, 'int32', Math.fround(scaleOf(x) * scaleOf(tensor(gate.inputWeights))));
      } else {
        const { min, max } = ranges.internals[`lstm_0/forward/${name} gate pre-activation`]!;
        expect(gate.preActivation).toEqual({
          scales: [Math.fround(Math.max(-min, max) / 32767)],
          zeroPoints: [0],
          axis: null,
        });
        checkConstant(gate.layerNorm, 'int16', Math.fround(largest(`${name}.layerNorm`) / 32767));
        checkConstant(gate.bias!, 'int32', Math.fround(scaleOf(tensor(gate.layerNorm)) * 2 ** -10));
      }
    }
    expect(integer.tensors.every(({ dtype }) => dtype !== 'float32')).toBe(true);
  });

  test('every constant that is all zero, NaN or infinite is named', async () => {
    const ranges = await calibrated(graph);
    for (const { name, data } of graph.tensors) {
      if (data === null) continue;
      for (const value of [NaN, Infinity]) {
        const broken = withConstant(graph, name, (values) => values.with(1, value));
        expect(() => quantizeGraph(broken, ranges)).toThrow(`${name}: element 1 of the constant is ${value}`);
      }
      const dead = withConstant(graph, name, (values) => new Float32Array(values.length));
      if (name.endsWith('bias')) quantizeGraph(dead, ranges);
      else
        expect(() => quantizeGraph(dead, ranges)).toThrow(new RegExp(`^${name}: all \\d+ weights are zero`));
    }
  });

  test('every range that the recipe needs and is missing is named', async () => {
    const ranges = await calibrated(graph);
    const needed = ['x', 'y', 'c'].map((key) => ['tensors', key] as const);
    const internals = Object.keys(ranges.internals)
      .filter((key) => (key.endsWith('hidden') ? variant.projection : variant.layerNorm))
      .map((key) => ['internals', key] as const);
    for (const [group, key] of [...needed, ...internals]) {
      expect(() => quantizeGraph(graph, withRange(ranges, group, key, null))).toThrow(
        `${key}: has no calibrated range`,
      );
      expect(() => quantizeGraph(graph, withRange(ranges, group, key, { min: -Infinity, max: NaN }))).toThrow(
        QuantizationError,
      );
    }
  });
});

describe('a plain LSTM', () => {
  const graph = lstmGraph({ variant: PLAIN, ...SIZES, values: noise });

  test('a cell state beyond 64 is refused by name', async () => {
    const ranges = withRange(await calibrated(graph), 'tensors', 'c', { min: -70, max: 3 });
    expect(() => quantizeGraph(graph, ranges)).toThrow(
      /^c: reaches 70, beyond 64: its scale would be above 2\^-9/,
    );
  });

  test('the shared scale covers the state where it was calibrated by itself', async () => {
    const ranges = withRange(await calibrated(graph), 'tensors', 'h', { min: -4, max: 4 });
    const integer = quantizeGraph(graph, ranges);
    expect(scaleOf(integer.tensors[integer.outputs[0]!]!)).toBe(Math.fround(8 / 255));
  });

  test('a bias far too large for its weights is refused by name', async () => {
    const ranges = await calibrated(graph);
    const tiny = withConstant(graph, 'cell.inputWeights', (values) => values.map((value) => value * 1e-9));
    expect(() => quantizeGraph(tiny, ranges)).toThrow(/^cell\.bias: element \d+ is .*beyond int32/);
  });

  test('an accumulator that could wrap is refused by name', async () => {
    const ranges = await calibrated(graph);
    // With pixels 0 to 255 and these weights, a bias of 1 nearly fills int32; three weights of 127 do the rest.
    const weightScale = 1 / (2 ** 31 - 2 ** 14);
    const small = withConstant(graph, 'cell.inputWeights', (values) => values.map(() => 127 * weightScale));
    const biased = withConstant(small, 'cell.bias', (values) => values.map(() => 1));
    const pixels = withRange(ranges, 'tensors', 'x', { min: 0, max: 255 });
    expect(() => quantizeGraph(biased, pixels)).toThrow(
      /^cell\.inputWeights: row 0 with its bias can reach 21\d{8}/,
    );
  });

  test('an integer input is refused', async () => {
    const ranges = await calibrated(graph);
    const tensors = graph.tensors.map((tensor) =>
      tensor.name === 'x' ? { ...tensor, dtype: 'int8' as const } : tensor,
    );
    expect(() => quantizeGraph({ ...graph, tensors }, ranges)).toThrow(
      /^x: the input is int8; expected the float32 input/,
    );
  });
});

test('layer-norm coefficients and bias that could wrap are refused by name', async () => {
  const graph = lstmGraph({ variant: { ...PLAIN, layerNorm: true }, ...SIZES, values: noise });
  const ranges = await calibrated(graph);
  const largest = Math.max(...noise(44, SIZES.units).map(Math.abs));
  const step = largest / 32767 / 1024;
  const steep = withConstant(graph, 'output.bias', (values) => values.map(() => (2 ** 31 - 2 ** 20) * step));
  expect(() => quantizeGraph(steep, ranges)).toThrow(
    /^output\.layerNorm: unit 0 with its bias can reach \d+/,
  );
});

test('peephole weights far beyond the calibrated pre-activation are refused by name', async () => {
  const graph = lstmGraph({ variant: { ...PLAIN, peephole: true }, ...SIZES, values: noise });
  const ranges = await calibrated(graph);
  const steep = withConstant(graph, 'output.peephole', (values) => values.map((value) => value * 1e6));
  expect(() => quantizeGraph(steep, ranges)).toThrow(
    /^output\.peephole: one step of weight times cell state/,
  );
});

test('a projection whose output range is far too narrow is refused by name', async () => {
  const graph = lstmGraph({ variant: { ...PLAIN, projection: true }, ...SIZES, values: noise });
  const narrow = withRange(await calibrated(graph), 'tensors', 'y', { min: 0, max: 1e-12 });
  expect(() => quantizeGraph(graph, narrow)).toThrow(
    /^projection\.weights: row 0 with its bias can reach \d+, to be multiplied by/,
  );
});

describe('neighbouring ops', () => {
  function neighbours(): Graph {
    const builder = new GraphBuilder('g');
    const ids = ['x', 'reshaped', 'dense', 'softmax', 'tanh', 'logistic'].map((name) =>
      builder.activation(name, name === 'x' ? [1, 1, 4] : [1, name === 'reshaped' ? 4 : 3]),
    );
    const [x, reshaped, dense, softmax, tanh, logistic] = ids as [TensorId, ...TensorId[]];
    const step = (name: string, input: TensorId | undefined, output: TensorId | undefined) => ({
      name,
      sourceIndex: builder.nextOp,
      input: input!,
      output: output!,
    });
    builder.add({ kind: 'reshape', ...step('reshape_0', x, reshaped), shape: [-1, 4] });
    builder.add({
      kind: 'fullyConnected',
      ...step('dense_1', reshaped, dense),
      weights: builder.constant(
        'w',
        [3, 4],
        Float32Array.of(1, -2, 3, 4, 0, 0, 0, 0, 0.01, 0.02, 0.03, -0.05),
      ),
      bias: builder.constant('b', [3], Float32Array.of(1, 2, 3)),
      activation: 'relu',
      keepDims: false,
    });
    builder.add({ kind: 'softmax', ...step('softmax_2', dense, softmax), beta: 1 });
    builder.add({ kind: 'tanh', ...step('tanh_3', dense, tanh) });
    builder.add({ kind: 'logistic', ...step('logistic_4', dense, logistic) });
    return builder.build([x], [softmax!, tanh!, logistic!]);
  }

  function ranges(graph: Graph): Promise<CalibrationRanges> {
    return calibrate(graph, [{ calls: [[{ shape: [1, 1, 4], data: Float32Array.of(1, -1, 0.5, 2) }]] }]);
  }

  function named(graph: Graph, name: string): Tensor {
    return graph.tensors.find((tensor) => tensor.name === name)!;
  }

  test('outputs of known range have fixed scales, reshape keeps its input’s', async () => {
    const graph = neighbours();
    const integer = quantizeGraph(graph, await ranges(graph));
    expect(named(integer, 'softmax').quantization).toEqual({
      scales: [1 / 256],
      zeroPoints: [-128],
      axis: null,
    });
    expect(named(integer, 'logistic').quantization).toEqual({
      scales: [1 / 256],
      zeroPoints: [-128],
      axis: null,
    });
    expect(named(integer, 'tanh').quantization).toEqual({ scales: [1 / 128], zeroPoints: [0], axis: null });
    expect(named(integer, 'reshaped').quantization).toEqual(named(integer, 'x').quantization);
    expect(named(integer, 'dense').quantization!.zeroPoints).toEqual([-128]);
  });

  test('a dense layer has one weight scale, or one per output', async () => {
    const graph = neighbours();
    const x = Math.fround(3 / 255);
    const perTensor = quantizeGraph(graph, await ranges(graph));
    const whole = Math.fround(4 / 127);
    expect(named(perTensor, 'w').quantization).toEqual({ scales: [whole], zeroPoints: [0], axis: null });
    expect(named(perTensor, 'b').quantization!.scales).toEqual([Math.fround(x * whole)]);
    expect([...(named(perTensor, 'w').data as Int8Array).slice(8)]).toEqual([0, 1, 1, -2]);

    const perChannel = quantizeGraph(graph, await ranges(graph), { perChannelDense: true });
    const fine = Math.fround(Math.fround(0.05) / 127);
    expect(named(perChannel, 'w').quantization).toEqual({
      // The row of zeros takes the whole tensor's scale.
      scales: [whole, whole, fine],
      zeroPoints: [0, 0, 0],
      axis: 0,
    });
    expect(named(perChannel, 'b').quantization).toEqual({
      scales: [whole, whole, fine].map((scale) => Math.fround(x * scale)),
      zeroPoints: [0, 0, 0],
      axis: 0,
    });
    expect([...(named(perChannel, 'w').data as Int8Array).slice(8)]).toEqual([25, 51, 76, -127]);
  });

  test('a constant used in two roles becomes two tensors, in one role one', async () => {
    const builder = new GraphBuilder('g');
    const [x, a, b] = ['x', 'a', 'b'].map((name) => builder.activation(name, [1, 2])) as [
      TensorId,
      TensorId,
      TensorId,
    ];
    const weights = builder.constant('w', [2, 2], Float32Array.of(1, 2, 3, 4));
    const bias = builder.constant('shared bias', [2], Float32Array.of(1, 2));
    for (const [name, input, output] of [
      ['dense_0', x, a],
      ['dense_1', a, b],
    ] as const) {
      builder.add({
        ...{ kind: 'fullyConnected', name, sourceIndex: builder.nextOp, input, weights, bias, output },
        ...{ activation: 'none', keepDims: false },
      });
    }
    const graph = builder.build([x], [b]);
    const calls = [[{ shape: [1, 2], data: Float32Array.of(1, -1) }]];
    const integer = quantizeGraph(graph, await calibrate(graph, [{ calls }]));
    expect(integer.tensors.map(({ name }) => name).sort()).toEqual([
      'a',
      'b',
      'shared bias',
      'shared bias_1',
      'w',
      'x',
    ]);
  });

  test('an op outside the recipe is refused by name', () => {
    const builder = new GraphBuilder('g');
    const [x, y] = ['x', 'y'].map((name) => builder.activation(name, [1, 2])) as [TensorId, TensorId];
    builder.add({ kind: 'dequantize', name: 'dequantize_0', sourceIndex: 0, input: x, output: y });
    const saved = { format: 'octogate-ranges-1', observer: 'min-max', samples: 1, internals: {} } as const;
    const tensors = { x: { min: 0, max: 1 } };
    expect(() => quantizeGraph(builder.build([x], [y]), { ...saved, tensors })).toThrow(
      /^dequantize_0: the recipe does not cover dequantize/,
    );
  });
});
