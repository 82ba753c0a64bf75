import { expect, it } from 'vitest';
import { variantOf } from '../../src/contract/lstm-layout';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import type { Graph } from '../../src/model';
import { Model } from '../../src/runtime/model';
import type { Activations } from '../../src/runtime/plan/lstm-kernels';
import { chooseLstmKernels } from '../../src/runtime/plan/lstm-kernels';
import { describeOnContext } from '../support/gpu';
import { integerLstm, integerLstmGraph, PLAIN } from '../support/integer-lstm';
import type { IntegerLstmOptions } from '../support/integer-lstm';
import { Random } from '../support/random';

const SEED = 4711;
const TIMESTEPS = 13;

const CASES: readonly (readonly [string, IntegerLstmOptions])[] = [
  ['one cell', { inputs: 3, units: 1 }],
  ['a ragged row', { inputs: 20, units: 27 }],
  ['several subgroups', { inputs: 9, units: 70, variant: { ...PLAIN, peephole: true } }],
  [
    'coupled gates, both directions',
    { inputs: 16, units: 40, variant: { ...PLAIN, coupledGates: true }, directions: ['forward', 'reverse'] },
  ],
  ['as many cells as fit', { inputs: 8, units: 256, cellClip: 0.5 }],
];

/**
 * Outputs of three calls, and the state after them.
 *
 * @param activations of the kernel; null for the reference
 */
async function outputs(
  graph: Graph,
  features: number,
  batch: number,
  activations: Activations | null,
): Promise<Int8Array[]> {
  const model = await Model.fromGraph(graph, {
    ...(activations === null
      ? { backend: 'reference' }
      : { gpu: await createNodeGpu(), kernels: { lstm: 'resident', activations } }),
  });
  const session = model.createSession({ batch });
  const random = new Random(SEED + 1);
  const input = model.inputs[0]!;
  const calls: Int8Array[] = [];
  // The second call starts from the first one's state; the third has rows of different lengths.
  for (const lengths of [
    null,
    null,
    Int32Array.from({ length: batch }, (_, row) => (5 * row) % (TIMESTEPS + 1)),
  ]) {
    const values = random.int8(batch * TIMESTEPS * features);
    const found = await session.runNamed({ [input.name]: values }, lengths === null ? {} : { lengths });
    calls.push(...Object.values(found).map((value) => Int8Array.from(value)));
  }
  const { layers } = await session.saveState();
  calls.push(...layers.map(({ hidden }) => hidden), ...layers.map(({ cell }) => new Int8Array(cell.buffer)));
  model.dispose();
  return calls;
}

describeOnContext(`lstm_resident, seed ${SEED}`, (context) => {
  it.each(CASES)('equals the reference over whole runs: %s', async (_, options) => {
    const { subgroups } = context().capabilities;
    const canShare = subgroups !== null && subgroups.minSize >= 8;
    const parameters = integerLstm(options, new Random(SEED)).directions[0]!;
    const sizes = { batch: 3, rows: 3 * TIMESTEPS, timesteps: TIMESTEPS };
    const { path } = chooseLstmKernels([parameters], sizes, {
      path: 'resident',
      rows: canShare ? 'subgroup' : 'plain',
      gateTables: null,
    });
    expect(path).toBe(canShare ? 'resident' : 'step');

    const graph = integerLstmGraph({ ...options, batch: 3, timesteps: TIMESTEPS }, new Random(SEED));
    const expected = await outputs(graph, options.inputs, 3, null);
    expect(await outputs(graph, options.inputs, 3, 'computed')).toEqual(expected);
    expect(await outputs(graph, options.inputs, 3, 'table')).toEqual(expected);
  });

  it.each([
    ['layer norm', { layerNorm: true }],
    ['projection', { projection: true }],
  ])('is not chosen with %s', (_, option) => {
    const variant = { ...PLAIN, ...option };
    const parameters = integerLstm({ inputs: 4, units: 8, variant }, new Random(SEED)).directions[0]!;
    expect(variantOf(parameters)).toEqual(variant);
    const sizes = { batch: 1, rows: 100, timesteps: 100 };
    expect(
      chooseLstmKernels([parameters], sizes, { path: null, rows: 'subgroup', gateTables: null }).path,
    ).toBe('sequence');
  });
});
