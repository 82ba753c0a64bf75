import { beforeAll, expect, it } from 'vitest';
import type { LstmVariant } from '../../src/contract/lstm-layout';
import { exportTflite } from '../../src/export/tflite';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { Octogate } from '../../src/index';
import type { Graph, LstmOp } from '../../src/model';
import { Model } from '../../src/runtime/model';
import { bidirectionalTflite } from '../support/bidirectional-tflite';
import { describeWithAdapter } from '../support/gpu';
import { integerLstmGraph, lstmOf, PLAIN } from '../support/integer-lstm';
import { Random } from '../support/random';

const FEATURES = 7;
const UNITS = 9;

interface Layout {
  readonly batch: number;
  readonly timesteps: number;
  readonly timeMajor: boolean;
}

/** One call of a session; `lengths` is null where all rows are whole. */
interface Call {
  readonly input: Int8Array;
  readonly lengths: Int32Array | null;
}

/** Outputs in the model's order, for each of some calls on one session. */
async function run(model: Model, batch: number, calls: readonly Call[]): Promise<Int8Array[][]> {
  const session = model.createSession({ batch });
  const results: Int8Array[][] = [];
  for (const { input, lengths } of calls) {
    const outputs = await session.runNamed(
      { [model.inputs[0]!.name]: input },
      lengths === null ? {} : { lengths },
    );
    results.push(model.outputs.map(({ name }) => outputs[name] as Int8Array));
  }
  model.dispose();
  return results;
}

/** Elements with time reversed inside each row's own length; the rest stays where it is. */
function reverseTime(
  values: Int8Array,
  { batch, timesteps, timeMajor }: Layout,
  lengths: Int32Array | null,
): Int8Array {
  const features = values.length / (batch * timesteps);
  const result = values.slice();
  const start = (row: number, time: number): number =>
    (timeMajor ? time * batch + row : row * timesteps + time) * features;
  for (let row = 0; row < batch; row++) {
    const length = lengths?.[row] ?? timesteps;
    for (let time = 0; time < length; time++) {
      const from = start(row, length - 1 - time);
      result.set(values.subarray(from, from + features), start(row, time));
    }
  }
  return result;
}

/** One direction of a layer as a forward layer of its own. */
function alone(graph: Graph, index: 0 | 1): Graph {
  const op = lstmOf(graph);
  const direction = op.directions[index]!;
  const single: LstmOp = { ...op, directions: [{ ...direction, direction: 'forward' }] };
  return { ...graph, ops: [single], outputs: [direction.output] };
}

/** What the format says: a forward layer, and another over reversed time whose outputs are reversed back. */
async function byHand(graph: Graph, layout: Layout, calls: readonly Call[]): Promise<Int8Array[][]> {
  const reversed = calls.map(({ input, lengths }) => ({
    input: reverseTime(input, layout, lengths),
    lengths,
  }));
  const reference = { backend: 'reference' } as const;
  const forward = await run(await Model.fromGraph(alone(graph, 0), reference), layout.batch, calls);
  const reverse = await run(await Model.fromGraph(alone(graph, 1), reference), layout.batch, reversed);
  return calls.map(({ lengths }, call) => [
    forward[call]![0]!,
    reverseTime(reverse[call]![0]!, layout, lengths),
  ]);
}

/** Features of both directions side by side. */
function merge([forward, reverse]: readonly Int8Array[]): Int8Array {
  const rows = forward!.length / UNITS;
  const merged = new Int8Array(2 * rows * UNITS);
  for (let row = 0; row < rows; row++) {
    merged.set(forward!.subarray(row * UNITS, (row + 1) * UNITS), 2 * row * UNITS);
    merged.set(reverse!.subarray(row * UNITS, (row + 1) * UNITS), (2 * row + 1) * UNITS);
  }
  return merged;
}

/** The layer and what merges its outputs. */
function withConcatenation(graph: Graph): Graph {
  const { directions } = lstmOf(graph);
  const inputs = directions.map(({ output }) => output);
  const merged = { ...graph.tensors[inputs[0]!]!, name: 'merged' };
  const output = graph.tensors.length as (typeof inputs)[number];
  return {
    ...graph,
    tensors: [...graph.tensors, merged],
    ops: [
      ...graph.ops,
      { kind: 'concatenation', name: 'concatenation_1', sourceIndex: 1, inputs, output, axis: 2 },
    ],
    outputs: [output],
  };
}

describeWithAdapter('a bidirectional layer from a file is two layers, the second over reversed time', () => {
  let gpu: GPU;
  beforeAll(async () => {
    gpu = await createNodeGpu();
  });

  const cases: readonly (Layout & { readonly variant: LstmVariant })[] = [
    { batch: 3, timesteps: 6, timeMajor: false, variant: PLAIN },
    { batch: 2, timesteps: 5, timeMajor: true, variant: { ...PLAIN, peephole: true, coupledGates: true } },
    { batch: 1, timesteps: 1, timeMajor: true, variant: PLAIN },
  ];

  it.each(cases)('$batch x $timesteps, time-major $timeMajor', async ({ variant, ...layout }) => {
    const { batch, timesteps } = layout;
    const random = new Random(52 + timesteps);
    const graph = integerLstmGraph(
      { ...layout, variant, inputs: FEATURES, units: UNITS, directions: ['forward', 'reverse'] },
      random,
    );
    const draw = (): Int8Array => random.int8(batch * timesteps * FEATURES);
    const lengths = Int32Array.from({ length: batch }, () => random.integer(0, timesteps));
    const calls: Call[] = [
      { input: draw(), lengths: null },
      { input: draw(), lengths },
    ];
    const separate = await byHand(graph, layout, calls);
    const merged = separate.map((outputs) => [merge(outputs)]);
    const files = [
      { name: 'separate outputs', bytes: bidirectionalTflite(graph), expected: separate },
      { name: 'merged outputs', bytes: bidirectionalTflite(graph, { isMerged: true }), expected: merged },
      { name: 'our op', bytes: exportTflite(graph, { bidirectional: 'op' }), expected: separate },
      { name: 'REVERSE_V2', bytes: exportTflite(graph), expected: separate },
      { name: 'REVERSE_V2, CONCATENATION', bytes: exportTflite(withConcatenation(graph)), expected: merged },
    ];
    for (const { name, bytes, expected } of files) {
      // All files become one graph, or that and a concatenation, so the GPU need not run each.
      const onDevice = name.endsWith('outputs') ? (['step', 'sequence'] as const) : [];
      for (const lstm of [null, ...onDevice]) {
        const model = await Octogate.load(
          bytes,
          lstm === null ? { backend: 'reference' } : { gpu, kernels: { lstm } },
        );
        const layers = model.graph.ops.filter((op) => op.kind === 'lstm' || op.kind === 'reverse');
        expect(layers).toMatchObject([{ kind: 'lstm', directions: [{}, {}] }]);
        const found = await run(model, batch, calls);
        expect(found, `${name}, ${lstm ?? 'reference'}, seed ${random.seed}`).toEqual(expected);
      }
    }
  });

  it('runs directions of different kinds one after the other', async () => {
    const layout = { batch: 2, timesteps: 4, timeMajor: false };
    const random = new Random(53);
    const graph = integerLstmGraph(
      { ...layout, inputs: FEATURES, units: UNITS, directions: ['forward', 'reverse'] },
      random,
    );
    const { gates } = lstmOf(graph).directions[1]!;
    const coupled: Graph = {
      ...graph,
      ops: graph.ops.map((op) => {
        const { directions } = op as LstmOp;
        return {
          ...(op as LstmOp),
          directions: [directions[0], { ...directions[1]!, gates: { ...gates, input: null } }],
        };
      }),
    };
    const calls = [{ input: random.int8(2 * 4 * FEATURES), lengths: Int32Array.of(4, 2) }];
    const expected = await byHand(coupled, layout, calls);
    for (const backend of ['reference', 'webgpu'] as const) {
      const model = await Octogate.load(bidirectionalTflite(coupled), { backend, gpu });
      expect(model.graph.ops.map(({ name }) => name)).toEqual(['lstm_0_forward', 'lstm_0_reverse']);
      expect(await run(model, 2, calls), `seed ${random.seed}`).toEqual(expected);
    }
  });
});
