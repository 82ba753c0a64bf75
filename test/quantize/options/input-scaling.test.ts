import { describe, expect, test } from 'vitest';
import { exportTflite } from '../../../src/export/tflite';
import type { Graph, Op, TensorId } from '../../../src/model';
import { FloatRunner, quantize } from '../../../src/quantize';
import type { FloatTensor, QuantizeOptions } from '../../../src/quantize';
import { foldInputScales } from '../../../src/quantize/options/input-scaling';
import { ownConstants } from '../../../src/quantize/options/own-constants';
import { ChannelHistograms } from '../../../src/quantize/statistics/channel-histograms';
import { GraphBuilder } from '../../../training/graph-builder';
import { negateHiddenZeroPoints } from '../../support/negate-hidden-zero-points';
import { runTflite } from '../../support/tflite-oracle';
import { noise, trainedLstmGraph } from '../support/lstm-graph';

const PLAIN = { layerNorm: false, projection: false, peephole: false, coupledInputForget: false };
const SIZES = { batch: 2, steps: 12, inputs: 8, units: 12, projected: 12 };

/** Channel j is twice as loud as channel j - 1, and the input weights undo it, as training would. */
function loudness(channel: number): number {
  return 2 ** channel;
}

function lstm(): Graph {
  const graph = trainedLstmGraph(PLAIN, 'forward', SIZES);
  const tensors = graph.tensors.map((tensor) =>
    tensor.name.endsWith('inputWeights') && tensor.data instanceof Float32Array
      ? { ...tensor, data: tensor.data.map((value, index) => value / loudness(index % SIZES.inputs)) }
      : tensor,
  );
  return { ...graph, tensors };
}

function input(stream: number): FloatTensor {
  const { batch, steps, inputs } = SIZES;
  const data = noise(stream, batch * steps * inputs).map((value, index) => value * loudness(index % inputs));
  return { shape: [batch, steps, inputs], data };
}

/** Puts ops before the LSTM; `build` returns what flows into it. */
function behind(build: (builder: GraphBuilder, x: TensorId) => TensorId): Graph {
  const base = lstm();
  const builder = new GraphBuilder('front');
  const ids = base.tensors.map(({ name, shape, data, isVariable }) =>
    data instanceof Float32Array
      ? builder.constant(name, shape, data)
      : isVariable
        ? builder.state(name, shape)
        : builder.activation(name, shape),
  );
  const x = builder.activation('front input', [SIZES.batch, SIZES.steps, SIZES.inputs]);
  const reached = build(builder, x);
  const op = base.ops[0] as Extract<Op, { kind: 'lstm' }>;
  builder.add({ ...op, sourceIndex: builder.nextOp, input: reached });
  return builder.build([x], [ids[base.outputs[0]!]!]);
}

function activation(builder: GraphBuilder, name: string): TensorId {
  return builder.activation(name, [SIZES.batch, SIZES.steps, SIZES.inputs]);
}

/** abs -> times gamma -> plus beta: what ends a layer norm. */
const normalized = behind((builder, x) => {
  const [magnitude, scaled, shifted] = ['magnitude', 'scaled', 'shifted'].map((name) =>
    activation(builder, name),
  );
  builder.add({
    ...{ kind: 'floatUnary', name: 'abs', sourceIndex: builder.nextOp, input: x, output: magnitude! },
    function: 'abs',
  });
  const gamma = builder.constant('gamma', [8], noise(31, 8));
  const beta = builder.constant('beta', [1], Float32Array.of(0.25));
  for (const [operation, left, right, output] of [
    ['multiply', magnitude, gamma, scaled],
    ['add', scaled, beta, shifted],
  ] as const) {
    builder.add({
      ...{ kind: 'binary', name: operation, sourceIndex: builder.nextOp, operation, activation: 'none' },
      ...{ left: left!, right, output: output! },
    });
  }
  return shifted!;
});

const dense = behind((builder, x) => {
  const output = activation(builder, 'dense output');
  builder.add({
    ...{ kind: 'fullyConnected', name: 'dense', sourceIndex: builder.nextOp, input: x, output },
    weights: builder.constant('w', [8, 8], noise(32, 64)),
    bias: null,
    activation: 'relu',
    keepDims: true,
  });
  return output;
});

/** Histograms of what flows into the LSTM, with any divisors that tell channels apart. */
function histograms(): ChannelHistograms {
  const result = new ChannelHistograms(SIZES.inputs);
  result.include(input(90).data);
  return result;
}

describe('folding channel scales', () => {
  test.each([
    ['a model input: a product is put before the layer', lstm(), 'lstm_0_input_scaling'],
    ['the end of a layer norm: into its constants', normalized, null],
    ['a dense layer: into its rows', dense, null],
  ] as const)('%s, and the real function stays', (_, graph, dividedBy) => {
    const owned = ownConstants(graph);
    const op = owned.ops.find((candidate) => candidate.kind === 'lstm')!;
    for (const exponent of [0.5, 0.75, 1, 'auto'] as const) {
      const { graph: foldedGraph, folded } = foldInputScales(
        owned,
        new Map([[op.input, histograms()]]),
        exponent,
        [],
      );
      expect(folded).toHaveLength(1);
      expect(folded[0]!.dividedBy).toBe(dividedBy);
      expect(foldedGraph.ops.length).toBe(graph.ops.length + (dividedBy === null ? 0 : 1));
      const [runner, foldedRunner] = [new FloatRunner(graph), new FloatRunner(foldedGraph)];
      for (const stream of [91, 92]) {
        const [expected] = runner.run([input(stream)]);
        const [found] = foldedRunner.run([input(stream)]);
        expected!.data.forEach((value, index) => {
          expect(Math.abs(found!.data[index]! - value)).toBeLessThan(2e-6);
        });
      }
    }
  });

  test('divisors are channel reaches to the power, relative to the largest', () => {
    const graph = ownConstants(lstm());
    const channels = new ChannelHistograms(SIZES.inputs);
    channels.include(Float32Array.of(4, 1, 0, -16, 4, 4, 4, 4));
    const divisorsAt = (exponent: number | 'auto') =>
      foldInputScales(graph, new Map([[graph.inputs[0]!, channels]]), exponent, []).folded[0]!.divisors;
    // The third channel was never used: it takes the smallest of the others'.
    expect(divisorsAt(0.5)).toEqual([0.5, 0.25, 0.25, 1, 0.5, 0.5, 0.5, 0.5]);
    expect(divisorsAt(1)).toEqual([0.25, 0.0625, 0.0625, 1, 0.25, 0.25, 0.25, 0.25]);
    expect(divisorsAt('auto')).toEqual(divisorsAt(0.5));
    channels.include(Float32Array.of(4, 1, 1, 0, 4, 4, 4, 4));
    const magnitudes = new ChannelHistograms(2);
    magnitudes.include(Float32Array.of(16, 1));
    const two = { ...graph, tensors: graph.tensors };
    expect(
      foldInputScales(two, new Map([[graph.inputs[0]!, magnitudes]]), 'auto', []).folded[0]!.divisors,
    ).toEqual([1, 0.125]);
  });

  test('what integers make, what leaves the model, and channels that reach equally far are left alone', () => {
    const graph = ownConstants(lstm());
    const shared = { ...graph, outputs: [...graph.outputs, ...graph.inputs] };
    const even = new ChannelHistograms(SIZES.inputs);
    even.include(new Float32Array(SIZES.inputs).fill(2));
    expect(foldInputScales(shared, new Map([[graph.inputs[0]!, histograms()]]), 0.5, []).folded).toEqual([]);
    expect(foldInputScales(graph, new Map([[graph.inputs[0]!, even]]), 0.5, []).folded).toEqual([]);
    const behindTanh = ownConstants(
      behind((builder, x) => {
        const output = activation(builder, 'tanh output');
        builder.add({ kind: 'tanh', name: 'tanh', sourceIndex: builder.nextOp, input: x, output });
        return output;
      }),
    );
    const op = behindTanh.ops.at(-1)!;
    if (op.kind !== 'lstm') throw new Error('expected an LSTM');
    expect(foldInputScales(behindTanh, new Map([[op.input, histograms()]]), 0.5, []).folded).toEqual([]);
  });
});

/** Signal over error of the integer model, run by TFLite, on a sequence that calibration did not see. */
async function decibels(graph: Graph, stream: number, options: QuantizeOptions, burst = 1): Promise<number> {
  const calls = [100, 101, 102].map((each) => [input(each)]);
  calls[0]![0]!.data[5]! *= burst;
  const { graph: integer } = await quantize(graph, [{ calls }], options);
  const { dtype, quantization } = integer.tensors[integer.inputs[0]!]!;
  const { data } = input(stream);
  const given =
    dtype === 'float32'
      ? data
      : Int8Array.from(data, (value) =>
          Math.min(
            Math.max(Math.round(value / quantization!.scales[0]!) + quantization!.zeroPoints[0]!, -128),
            127,
          ),
        );
  const [outputs] = await runTflite(negateHiddenZeroPoints(exportTflite(integer)), [[given]]);
  const [expected] = new FloatRunner(graph).run([input(stream)]);
  const y = integer.tensors[integer.outputs[0]!]!.quantization!;
  let [signal, error] = [0, 0];
  expected!.data.forEach((value, index) => {
    signal += value ** 2;
    error += (value - y.scales[0]! * (Number(outputs![0]![index]) - y.zeroPoints[0]!)) ** 2;
  });
  return 10 * Math.log10(signal / error);
}

describe('what it buys', () => {
  test('channels of very different loudness', async () => {
    const graph = lstm();
    const plain = await decibels(graph, 103, {});
    const scaled = await decibels(graph, 103, { inputScaling: { exponent: 'auto' } });
    // Measured: 12.2 and 30.8 dB.
    expect(scaled).toBeGreaterThan(plain + 12);
  });

  test('clipping one loud moment in 600', async () => {
    const graph = lstm();
    const clipped = await decibels(graph, 103, { inputClipping: { percentile: 99.5 } }, 2000);
    const plain = await decibels(graph, 103, {}, 2000);
    // Measured: 1.2 and 12.3 dB.
    expect(clipped).toBeGreaterThan(plain + 6);
  });
});
