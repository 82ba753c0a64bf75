import { expect, it } from 'vitest';
import { MismatchError } from '../../src/errors';
import { exportTflite } from '../../src/export/tflite';
import { importTflite } from '../../src/import/tflite';
import type { Graph, QuantizeOp } from '../../src/model';
import { requireIntegerGraph } from '../../src/model/checks';
import { CheckedExecutor } from '../../src/runtime/checked-executor';
import { GpuExecutor } from '../../src/runtime/gpu/gpu-executor';
import { GpuModel } from '../../src/runtime/gpu/gpu-model';
import { Session } from '../../src/runtime/session';
import { describeOnContext } from '../support/gpu';
import { executable, referenceSession, sessionsOn } from '../support/gpu-session';
import { enhancer, IslandBuilder } from '../support/float-island';
import { reals } from '../support/float-values';
import { perTensor } from '../support/graph-builder';
import { everyOp, movers } from '../support/island-graphs';
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
