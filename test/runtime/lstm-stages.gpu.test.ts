import { beforeAll, expect, it } from 'vitest';
import type { LstmVariant } from '../../src/contract/lstm-layout';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import type { Graph, LstmDirection, Quantization } from '../../src/model';
import { Model } from '../../src/runtime/model';
import { describeWithAdapter } from '../support/gpu';
import { integerLstmGraph, lstmOf, PLAIN, quantizationOf, withTensor } from '../support/integer-lstm';
import { Random } from '../support/random';

/** A layer small enough to compare whole, of which some stage is driven to where mistakes show. */
interface StageCase {
  readonly name: string;
  readonly variant: LstmVariant;
  readonly inputs: number;
  readonly units: number;
  readonly outputs?: number;
  readonly batch: number;
  readonly timesteps: number;
  readonly directions?: readonly LstmDirection['direction'][];
  readonly timeMajor?: boolean;
  readonly cellClip?: number;
  readonly projectionClip?: number;
  /** Of the second call. */
  readonly lengths?: readonly number[];
  /** How many times larger the weights are than what keeps gates and outputs off their limits. */
  readonly loudness?: number;
  /** The same of layer norm's coefficients, on whose scale the smallest variance depends. */
  readonly coefficients?: number;
}

const CASES: readonly StageCase[] = [
  {
    name: 'more cells than a workgroup',
    variant: PLAIN,
    inputs: 13,
    units: 70,
    batch: 1,
    timesteps: 3,
  },
  {
    name: 'batch rows that share weights',
    variant: PLAIN,
    inputs: 3,
    units: 5,
    batch: 3,
    timesteps: 2,
  },
  {
    name: 'plain, more batch rows than a tile',
    variant: PLAIN,
    inputs: 3,
    units: 5,
    batch: 17,
    timesteps: 2,
  },
  {
    name: 'peepholes beyond the limits of int16 and int8',
    variant: { ...PLAIN, peephole: true },
    inputs: 19,
    units: 9,
    batch: 1,
    timesteps: 6,
    loudness: 40,
  },
  {
    name: 'peepholes and coupled gates, both directions, rows of two lengths',
    variant: { ...PLAIN, peephole: true, coupledGates: true },
    inputs: 5,
    units: 9,
    batch: 2,
    timesteps: 5,
    directions: ['forward', 'reverse'],
    lengths: [5, 2],
  },
  {
    name: 'peepholes and projection, clips, time major, rows of three lengths',
    variant: { ...PLAIN, peephole: true, projection: true },
    inputs: 33,
    units: 21,
    outputs: 10,
    batch: 3,
    timesteps: 5,
    timeMajor: true,
    cellClip: 0.4,
    projectionClip: 0.8,
    lengths: [1, 5, 0],
  },
  {
    name: 'projection beyond the limit of int8, both directions',
    variant: { ...PLAIN, projection: true },
    inputs: 8,
    units: 18,
    outputs: 41,
    batch: 1,
    timesteps: 4,
    directions: ['forward', 'reverse'],
    loudness: 40,
  },
  {
    name: 'layer norm with everything else',
    variant: { layerNorm: true, peephole: true, coupledGates: true, projection: true },
    inputs: 7,
    units: 70,
    outputs: 37,
    batch: 2,
    timesteps: 4,
    lengths: [2, 4],
  },
  {
    name: 'layer norm of more cells than invocations',
    variant: { ...PLAIN, layerNorm: true },
    inputs: 4,
    units: 450,
    batch: 1,
    timesteps: 3,
    loudness: 40,
  },
  {
    name: 'layer norm and projection of more batch rows than a tile',
    variant: { ...PLAIN, layerNorm: true, projection: true },
    inputs: 3,
    units: 5,
    outputs: 6,
    batch: 17,
    timesteps: 2,
  },
  {
    name: 'layer norm of rows with next to no variance',
    variant: { ...PLAIN, layerNorm: true },
    inputs: 4,
    units: 12,
    batch: 1,
    timesteps: 3,
    loudness: 1e-4,
    coefficients: 16,
  },
];

/** The same layer with other scales of its weights. */
function rescaled(graph: Graph, { loudness = 1, coefficients = 1 }: StageCase): Graph {
  const factors = lstmOf(graph).directions.flatMap(({ gates, projection }) => [
    ...Object.values(gates).flatMap((gate) => [
      [gate?.inputWeights, loudness] as const,
      [gate?.recurrentWeights, loudness] as const,
      [gate?.peephole, loudness] as const,
      [gate?.layerNorm, coefficients] as const,
    ]),
    [projection?.weights, loudness] as const,
  ]);
  return factors.reduce(
    (changed, [id, factor]) =>
      id === undefined || id === null
        ? changed
        : withTensor(changed, id, { quantization: scaled(quantizationOf(changed, id), factor) }),
    graph,
  );
}

function scaled(quantization: Quantization, factor: number): Quantization {
  return { ...quantization, scales: quantization.scales.map((scale) => Math.fround(scale * factor)) };
}

describeWithAdapter('every stage of an LSTM on the GPU equals the reference', () => {
  let gpu: GPU;
  beforeAll(async () => {
    gpu = await createNodeGpu();
  });

  const runs = CASES.flatMap((stageCase) =>
    (['step', 'sequence'] as const).map((path) => ({ path, stageCase })),
  );
  for (const { path, stageCase } of runs) {
    it(`${stageCase.name} (${path})`, async () => {
      const random = new Random(stageCase.units * 100 + stageCase.batch);
      const graph = rescaled(integerLstmGraph(stageCase, random), stageCase);
      const { batch, timesteps, inputs, lengths } = stageCase;
      const models = [
        await Model.fromGraph(graph, { gpu, check: 'every', kernels: { lstm: path } }),
        await Model.fromGraph(graph, { backend: 'reference' }),
      ] as const;
      const [actual, expected] = [models[0].createSession({ batch }), models[1].createSession({ batch })];
      for (const options of [{}, lengths === undefined ? {} : { lengths: Int32Array.from(lengths) }]) {
        const input = { [graph.tensors[graph.inputs[0]!]!.name]: random.int8(batch * timesteps * inputs) };
        expect(await actual.runNamed(input, options), `seed ${random.seed}`).toEqual(
          await expected.runNamed(input, options),
        );
        expect(await actual.saveState(), `seed ${random.seed}`).toEqual(await expected.saveState());
      }
      for (const model of models) model.dispose();
    });
  }
});
