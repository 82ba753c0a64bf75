import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { Model } from '../../src/runtime/model';
import { adapterKey, layerKey, parseTuning, TUNABLE } from '../../src/runtime/plan/lstm-tuning';
import type { KernelTuning, LstmTuning } from '../../src/runtime/plan/lstm-tuning';
import { mergeTunings } from '../../src/runtime/tune/merge-tunings';
import { tuneModel } from '../../src/runtime/tune/tune-model';
import type { TunedCandidate } from '../../src/runtime/tune/tune-model';
import { describeWithAdapter } from '../support/gpu';
import { referenceSession } from '../support/gpu-session';
import { integerLstm, integerLstmGraph, PLAIN } from '../support/integer-lstm';
import { Random } from '../support/random';
import { FEATURES, twoLayers } from '../support/test-graphs';

const ADAPTER = 'some adapter';

function tuningOf(layers: Readonly<Record<string, LstmTuning>>, adapter = ADAPTER): KernelTuning {
  return { format: 'octogate-tuning', version: 1, adapters: { [adapter]: layers } };
}

describe('a tuning', () => {
  it('is plain JSON', () => {
    const tuning = tuningOf({ 'LSTM 4 to 5, batch 1, one timestep': { path: 'step', workgroup: 32 } });
    expect(parseTuning(JSON.stringify(tuning))).toEqual(tuning);
  });

  it.each([
    ['{', /no JSON/],
    ['{"format":"octogate-tuning","version":2}', /no tuning of version 1/],
    ['{"format":"octogate-tuning","version":1}', /no adapters/],
    [JSON.stringify(tuningOf({ a: { speed: 3 } as LstmTuning })), /"a" chooses speed; known are path,/],
    [
      JSON.stringify(tuningOf({ a: { workgroup: 7 } })),
      /"a" has 7 as workgroup; 32 or 64 or 128 is expected/,
    ],
  ])('is refused when no tuner wrote it: %s', (text, message) => {
    expect(() => parseTuning(text)).toThrow(InputError);
    expect(() => parseTuning(text)).toThrow(message);
  });

  it('adds to another one', () => {
    const first = tuningOf({ a: { path: 'step' }, b: { path: 'step' } });
    const second = tuningOf({ b: { workgroup: 32 } });
    expect(mergeTunings(first, second)).toEqual(tuningOf({ a: { path: 'step' }, b: { workgroup: 32 } }));
    expect(mergeTunings(first, tuningOf({}, 'another')).adapters).toEqual({ ...first.adapters, another: {} });
  });

  it('names what a choice depends on', () => {
    const variant = { layerNorm: true, projection: true, peephole: true, coupledGates: true };
    const parameters = integerLstm({ inputs: 4, units: 8, outputs: 6, variant }, new Random(1))
      .directions[0]!;
    expect(layerKey(parameters, 2, { batch: 3, timesteps: 5 })).toBe(
      'LSTM 4 to 8, projection to 6, layer norm, peephole, coupled gates, both directions, batch 3, a few timesteps',
    );
  });
});

describeWithAdapter('tuning', () => {
  let gpu: GPU;
  beforeAll(async () => {
    gpu = await createNodeGpu();
  });

  it('tries every choice for every layer, and what it finds changes no bit', async () => {
    const candidates: TunedCandidate[] = [];
    const graph = integerLstmGraph({ inputs: 5, units: 9, batch: 2, timesteps: 9 }, new Random(3));
    const tuning = await tuneModel(graph, {
      gpu,
      repeats: 1,
      onCandidate: (candidate) => candidates.push(candidate),
    });
    const tried = candidates.map(({ choices }) => choices);
    for (const path of TUNABLE.path) expect(tried).toContainEqual(expect.objectContaining({ path }));
    for (const workgroup of TUNABLE.workgroup) {
      expect(tried).toContainEqual(expect.objectContaining({ workgroup }));
    }
    expect(parseTuning(JSON.stringify(tuning))).toEqual(tuning);
    const taken = candidates.filter(({ isTaken }) => isTaken).at(-1);
    const layer = 'LSTM 5 to 9, batch 2, many timesteps';
    expect(Object.values(tuning.adapters)).toEqual([taken === undefined ? {} : { [layer]: taken.choices }]);

    const input = new Random(4).int8(2 * 9 * 5);
    const model = await Model.fromGraph(graph, { gpu, kernels: { tuning } });
    expect(await model.createSession({ batch: 2 }).run(input)).toEqual(
      await referenceSession(graph, 2).run(input),
    );
    model.dispose();
  });

  it('begins no candidate after its time, and passes over what compiles too slowly', async () => {
    const late: TunedCandidate[] = [];
    await tuneModel(twoLayers(), { gpu, budgetMs: 0, onCandidate: (candidate) => late.push(candidate) });
    expect(late).toEqual([]);
    const graph = integerLstmGraph({ inputs: 5, units: 9, batch: 1, timesteps: 2 }, new Random(3));
    const slow: TunedCandidate[] = [];
    await tuneModel(graph, { gpu, compileMs: 0, onCandidate: (candidate) => slow.push(candidate) });
    expect(slow.length).toBe(Object.values(TUNABLE).flat().length);
    expect(slow.every(({ callMs, isTaken }) => callMs === null && !isTaken)).toBe(true);
  });

  it.each([
    [{ workgroup: 32, productRows: 2 }, 'sequence'],
    [{ path: 'step', workgroup: 128, productRows: 16 }, 'step'],
    // With layer norm there is no resident path: the default's is taken.
    [{ path: 'resident' }, 'sequence'],
  ] as const)('%j is used on its adapter and changes no bit', async (choices, path) => {
    const options = {
      inputs: FEATURES,
      units: 40,
      batch: 3,
      timesteps: 9,
      variant: { ...PLAIN, layerNorm: true },
    };
    const graph = integerLstmGraph(options, new Random(6));
    const plain = await Model.fromGraph(graph, { gpu });
    const { adapter } = (await plain.capabilities())!;
    plain.dispose();
    const layer = `LSTM ${FEATURES} to 40, layer norm, batch 3, many timesteps`;
    const model = await Model.fromGraph(graph, {
      gpu,
      kernels: { tuning: tuningOf({ [layer]: choices }, adapterKey(adapter)) },
    });
    const { gpu: diagnostics } = await model.diagnostics({ batch: 3, timesteps: 9 });
    expect(diagnostics?.lstm).toMatchObject([{ path }]);
    const session = model.createSession({ batch: 3 });
    const reference = referenceSession(graph, 3);
    // Calls of other lengths go by other choices, or none, on the same state.
    for (const timesteps of [9, 1, 3, 9]) {
      const input = new Random(timesteps).int8(3 * timesteps * FEATURES);
      expect(await session.run(input)).toEqual(await reference.run(input));
    }
    model.dispose();
  });
});
