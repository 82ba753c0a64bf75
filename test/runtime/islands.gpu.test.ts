import { expect, it } from 'vitest';
import { MismatchError } from '../../src/errors';
import { exportTflite } from '../../src/export/tflite';
import { importTflite } from '../../src/import/tflite';
import type { Graph, QuantizeOp, SliceDimension, TensorId } from '../../src/model';
import { requireIntegerGraph } from '../../src/model';
import { CheckedExecutor } from '../../src/runtime/checked-executor';
import { GpuExecutor } from '../../src/runtime/gpu/gpu-executor';
import { GpuModel } from '../../src/runtime/gpu/gpu-model';
import { Session } from '../../src/runtime/session';
import { describeOnContext } from '../support/gpu';
import { executable, referenceSession, sessionsOn } from '../support/gpu-session';
import { enhancer, FLOAT, IslandBuilder } from '../support/float-island';
import { reals } from '../support/float-values';
import { perTensor } from '../support/graph-builder';
import { withInferredShapes } from '../support/inferred-shapes';
import { withTensor } from '../support/integer-lstm';
import { negateHiddenZeroPoints } from '../support/negate-hidden-zero-points';
import { Random } from '../support/random';
import { runTflite } from '../support/tflite-oracle';

const [FEATURES, TIMESTEPS] = [33, 6];

/** Of magnitudes that enhancers are given. */
const LARGEST = 4;

/**
 * The last bit of a float may turn the rounding of one value behind it, or TFLite's XNNPACK round a dense layer's tie the
 * other way. One unit of a logit, 1/16, is at most 1/64 of a mask; few are off.
 */
function expectNear(actual: Float32Array, expected: Float32Array): void {
  const differences = differencesOf(actual, expected);
  expect(Math.max(...differences)).toBeLessThan((1.01 / 64) * LARGEST);
  expect(differences.reduce((sum, difference) => sum + difference) / differences.length).toBeLessThan(1e-3);
}

function differencesOf(a: Float32Array, b: Float32Array): Float32Array {
  expect(a.length).toBe(b.length);
  return a.map((value, index) => Math.abs(value - b[index]!));
}

describeOnContext('float islands', (context) => {
  it('around integer layers are near the reference, and what the device computes is checked op by op', async () => {
    const random = new Random(61);
    const graph = enhancer(random, FEATURES, TIMESTEPS);
    requireIntegerGraph(graph);
    const session = sessionsOn(context(), graph, {}, { check: 'every' })(2);
    const reference = referenceSession(graph, 2);
    for (let call = 0; call < 2; call++) {
      const input = reals(random, 2 * TIMESTEPS * FEATURES, [0, LARGEST]);
      const [actual, expected] = [await session.run(input), await reference.run(input)];
      expect(actual).toBeInstanceOf(Float32Array);
      expectNear(actual, expected);
      expect(new Set(expected).size).toBeGreaterThan(100);
    }
    // Every float and every int8 that an op made.
    expect(session.comparedValues).toBeGreaterThan(2 * 2 * TIMESTEPS * FEATURES * 8);
    session.dispose();
  });

  it('compute what TFLite computes from the file', async () => {
    const random = new Random(62);
    const file = exportTflite(enhancer(random, FEATURES, TIMESTEPS));
    const graph = importTflite(file);
    expect(exportTflite(graph)).toEqual(exportTflite(importTflite(exportTflite(graph))));
    const inputs = [0, 1].map(() => reals(random, TIMESTEPS * FEATURES, [0, LARGEST]));
    const expected = await runTflite(
      negateHiddenZeroPoints(file),
      inputs.map((input) => [input]),
    );
    const session = sessionsOn(context(), graph)(1);
    for (const [call, input] of inputs.entries()) {
      const wanted = expected[call]![0] as Float32Array;
      expectNear(await session.run(input), wanted);
    }
    session.dispose();
  });

  it('go through a long call in pieces', async () => {
    const random = new Random(63);
    const graph = enhancer(random, FEATURES, TIMESTEPS);
    const steps = 40;
    const input = reals(random, 2 * steps * FEATURES, [0, LARGEST]);
    const whole = sessionsOn(context(), graph)(2);
    const pieces = sessionsOn(context(), graph, {}, { passBytes: 2 ** 15 })(2);
    expect(await pieces.run(input)).toEqual(await whole.run(input));
    whole.dispose();
    pieces.dispose();
  });

  it('move float32 values bit for bit', async () => {
    const graph = movers();
    const random = new Random(64);
    const input = random.int8(2 * 6 * 5);
    const names = graph.outputs.map((id) => graph.tensors[id]!.name);
    const session = sessionsOn(context(), graph, {}, { check: 'every' })(2);
    const [actual, expected] = [
      await session.runNamed({ t0: input }),
      await referenceSession(graph, 2).runNamed({ t0: input }),
    ];
    expect(actual).toEqual(expected);
    for (const name of names) expect(new Set(expected[name]).size).toBeGreaterThan(3);
    session.dispose();
  });

  it('run every other op of theirs', async () => {
    const random = new Random(65);
    const graph = everyOp(random);
    const session = sessionsOn(context(), graph, {}, { check: 'every' })(3);
    const input = random.int8(3 * 20);
    const name = graph.tensors[graph.outputs[0]!]!.name;
    const [actual, expected] = await Promise.all(
      [session, referenceSession(graph, 3)].map(async (each) => {
        const outputs = await each.runNamed({ t0: input });
        return outputs[name] as Float32Array;
      }),
    );
    expect(Math.max(...differencesOf(actual!, expected!))).toBeLessThan(1e-5);
    await expect(session.run(input)).rejects.toThrow('is computed in float32');
    session.dispose();
  });

  it('look float32 rows up in a table', async () => {
    const random = new Random(66);
    const builder = new IslandBuilder();
    const words = builder.input([2, 8], { dtype: 'int32', quantization: null });
    const embedded = builder.float();
    const table = builder.constant([30, 9], reals(random, 270));
    builder.op({ kind: 'gather', input: table, indices: words, output: embedded, axis: 0 });
    const squared = builder.tensor([]);
    builder.op({ kind: 'tanh', input: builder.quantize(embedded, 1 / 32), output: squared });
    const graph = builder.graph([embedded, squared]);
    requireIntegerGraph(graph);
    const input = { t0: Int32Array.from({ length: 16 }, () => random.integer(0, 29)) };
    const session = sessionsOn(context(), graph, {}, { check: 'every' })(2);
    expect(await session.runNamed(input)).toEqual(await referenceSession(graph, 2).runNamed(input));
    session.dispose();
  });

  it.each([
    ['what is added to a magnitude', 'binary_0', (graph) => withConstant(graph, 'binary_0', (x) => x + 1e-4)],
    ['one gain', 'binary_9', (graph) => withConstant(graph, 'binary_9', (x, i) => (i === 7 ? -x : x))],
    ['the zero point of a QUANTIZE', 'quantize_11', withOtherZeroPoint],
  ] as const satisfies readonly (readonly [string, string, (graph: Graph) => Graph])[])(
    'are checked: a fault in %s is found in %s',
    async (_, op, inject) => {
      const truth = enhancer(new Random(68), FEATURES, TIMESTEPS);
      const gpuModel = new GpuModel(executable(inject(truth)), {}, () => Promise.resolve(context()));
      for (const mode of ['sample', 'every'] as const) {
        const checked = new CheckedExecutor(new GpuExecutor(gpuModel, 1), executable(truth), 1, mode);
        const session = new Session(executable(truth), checked, 1, () => undefined);
        const input = reals(new Random(69), TIMESTEPS * FEATURES, [0, LARGEST]);
        const error = await session.run(input).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(MismatchError);
        expect((error as MismatchError).location).toMatchObject({ layer: op, stage: 'output', batchRow: 0 });
        session.dispose();
      }
    },
  );

  it('refuse what is not a number', async () => {
    const session = sessionsOn(context(), enhancer(new Random(67), 4, 1))(1);
    await expect(session.run(Float32Array.of(1, 2, NaN, 4))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[InputError: t0: value 2 is not a number]`,
    );
    session.dispose();
  });
});

/** The graph with another constant on the right of an op. */
function withConstant(graph: Graph, name: string, change: (value: number, index: number) => number): Graph {
  const op = graph.ops.find((each) => each.name === name);
  if (op?.kind !== 'binary') throw new Error(`${name} has no right side`);
  const { data } = graph.tensors[op.right]!;
  return withTensor(graph, op.right, { data: (data as Float32Array).map(change) });
}

function withOtherZeroPoint(graph: Graph): Graph {
  const op = graph.ops.find(({ kind }) => kind === 'quantize') as QuantizeOp;
  return withTensor(graph, op.output, { quantization: perTensor(1 / 24, -6) });
}

/** Everything that carries values, on float32 between int8. */
function movers(): Graph {
  const builder = new IslandBuilder();
  const range = (begin: number | null, end: number | null, stride = 1): SliceDimension => ({
    kind: 'range',
    begin,
    end,
    stride,
  });
  const input = builder.input([2, 6, 5]);
  const activated = builder.tensor([]);
  builder.op({ kind: 'tanh', input, output: activated });
  const real = builder.dequantize(activated);
  const next = (append: (output: TensorId) => void): TensorId => {
    const output = builder.float();
    append(output);
    return output;
  };
  const transposed = next((output) =>
    builder.op({ kind: 'transpose', input: real, output, permutation: [2, 0, 1] }),
  );
  const reversed = next((output) => builder.op({ kind: 'reverse', input: transposed, output, axes: [0, 2] }));
  const halves = [builder.float(), builder.float()];
  builder.op({ kind: 'split', input: reversed, outputs: halves, axis: 2, sizes: [2, 4] });
  const joined = next((output) =>
    builder.op({ kind: 'concatenation', inputs: [halves[1]!, halves[0]!, halves[1]!], output, axis: 2 }),
  );
  const sliced = next((output) =>
    builder.op({
      kind: 'slice',
      input: joined,
      output,
      dimensions: [range(null, null), range(0, 1), range(8, 1, -2)],
    }),
  );
  const value = builder.constant([1], Float32Array.of(-0.375));
  const padded = next((output) =>
    builder.op({
      kind: 'pad',
      input: joined,
      output,
      paddings: [
        [1, 0],
        [0, 0],
        [2, 1],
      ],
      value,
    }),
  );
  const picked = next((output) =>
    builder.op({ kind: 'gather', input: padded, indices: builder.int32([3], [4, 0, 2]), output, axis: 0 }),
  );
  const flat = next((output) => builder.op({ kind: 'reshape', input: picked, output, shape: [2, -1] }));
  const graph = withInferredShapes(builder.graph([builder.quantize(flat, 1 / 20, 3), sliced]));
  requireIntegerGraph(graph);
  return graph;
}

/** The functions and layers that the enhancer does without. */
function everyOp(random: Random): Graph {
  const builder = new IslandBuilder();
  const input = builder.input([3, 20]);
  const activated = builder.tensor([]);
  builder.op({ kind: 'tanh', input, output: activated });
  let value = builder.dequantize(activated);
  const weights = builder.constant([20, 20], reals(random, 400, [-0.5, 0.5]));
  const bias = builder.constant([20], reals(random, 20));
  value = builder.fullyConnected(value, weights, { bias, activation: 'relu6', output: builder.float() });
  for (const name of ['negate', 'exp', 'square', 'sqrt', 'abs'] as const) value = builder.apply(name, value);
  const plain = [
    { kind: 'tanh' },
    { kind: 'hardSwish' },
    { kind: 'leakyRelu', alpha: Math.fround(0.1) },
    { kind: 'relu', bound: 'reluN1To1' },
    { kind: 'softmax', beta: 3 },
  ] as const;
  for (const op of plain) {
    const output = builder.tensor([], FLOAT);
    builder.op({ ...op, input: value, output });
    value = output;
  }
  const other = builder.constant([20], reals(random, 20, [0.5, 2]));
  for (const operation of ['divide', 'maximum', 'minimum'] as const) {
    value = builder.binary(operation, value, other);
  }
  const graph = withInferredShapes(builder.graph([value]));
  requireIntegerGraph(graph);
  return graph;
}
