import { expect, it } from 'vitest';
import type { Graph } from '../../src/model';
import type { KernelOptions } from '../../src/runtime/gpu/gpu-model';
import type { LstmPath } from '../../src/runtime/plan/lstm-kernels';
import { stackOf } from '../../src/runtime/plan/lstm-stack';
import type { Session } from '../../src/runtime/session';
import { describeOnContext } from '../support/gpu';
import { lowered, referenceSession, sessionsOn } from '../support/gpu-session';
import { PLAIN } from '../support/integer-lstm';
import { Random } from '../support/random';
import { FEATURES, stackedLayers } from '../support/test-graphs';

const SEED = 4713;

type LayerOptions = Parameters<typeof stackedLayers>[0][number];

function layersOf(count: number, options: LayerOptions): Graph {
  return stackedLayers(Array.from({ length: count }, () => options));
}

interface Case {
  readonly graph: Graph;
  readonly batch: number;
  /** Timesteps of calls in turn. */
  readonly calls: readonly number[];
}

const CASES: readonly (readonly [string, Case])[] = [
  ['two layers', { graph: layersOf(2, { units: 16 }), batch: 1, calls: [50, 33] }],
  [
    'three layers of coupled gates, batch-major',
    {
      graph: layersOf(3, { units: 48, variant: { ...PLAIN, coupledGates: true } }),
      batch: 3,
      calls: [37, 37],
    },
  ],
  [
    'four layers with peepholes, time-major',
    {
      graph: layersOf(4, {
        units: 32,
        variant: { ...PLAIN, peephole: true },
        timeMajor: true,
        cellClip: 0.4,
      }),
      batch: 2,
      calls: [49, 20],
    },
  ],
  [
    'fewer timesteps than a chunk, and whole chunks',
    { graph: layersOf(2, { units: 75 }), batch: 1, calls: [5, 16, 64] },
  ],
  [
    'a wavefront among other layers',
    {
      graph: stackedLayers([{ units: 20 }, ...Array<LayerOptions>(5).fill({ units: 16 }), { units: 9 }]),
      batch: 2,
      calls: [40],
    },
  ],
  ['frames between long calls', { graph: layersOf(2, { units: 32 }), batch: 2, calls: [1, 40, 1, 1, 3, 25] }],
];

/** Outputs of calls, with ragged lengths in every other one, and the state after each. */
async function outcome(session: Session, { batch, calls }: Case): Promise<unknown[]> {
  const random = new Random(SEED);
  const found: unknown[] = [];
  for (const [call, timesteps] of calls.entries()) {
    const lengths = Int32Array.from(
      { length: batch },
      (_, row) => (timesteps * 2 + 17 * row) % (timesteps + 1),
    );
    const input = random.int8(batch * timesteps * FEATURES);
    found.push(await session.run(input, call % 2 === 0 ? {} : { lengths }), await session.saveState());
  }
  session.dispose();
  return found;
}

describeOnContext(`wavefront, seed ${SEED}`, (context) => {
  const session = (graph: Graph, batch: number, lstm: LstmPath = 'wavefront', passBytes?: number): Session =>
    sessionsOn(context(), graph, { lstm }, passBytes === undefined ? {} : { passBytes })(batch);

  it.each(CASES)('equals the reference: %s', async (_, each) => {
    const { graph, batch } = each;
    const program = lowered(graph);
    expect(program.ops.filter((op) => op.kind === 'lstm' && stackOf(program, op) !== null)).not.toEqual([]);
    expect(await outcome(session(graph, batch), each)).toEqual(
      await outcome(referenceSession(graph, batch), each),
    );
  });

  it.each<KernelOptions>([{ dot: 'unpacked' }, { activations: 'table' }])(
    'equals the reference with %j',
    async (kernels) => {
      const each: Case = { graph: layersOf(2, { units: 16 }), batch: 2, calls: [30] };
      const found = sessionsOn(context(), each.graph, { lstm: 'wavefront', ...kernels })(each.batch);
      expect(await outcome(found, each)).toEqual(await outcome(referenceSession(each.graph, 2), each));
    },
  );

  it('is what long calls of one row take, between others that take other paths', async () => {
    const each: Case = { graph: layersOf(2, { units: 160 }), batch: 1, calls: [1, 52, 5, 1, 52, 9] };
    const found = sessionsOn(context(), each.graph)(1);
    expect(await outcome(found, each)).toEqual(await outcome(referenceSession(each.graph, 1), each));
  });

  it('equals the reference over the segments of a long call', async () => {
    const each: Case = { graph: layersOf(3, { units: 16 }), batch: 2, calls: [200, 120] };
    const segmented = session(each.graph, 2, 'wavefront', 40_000);
    expect(await outcome(segmented, each)).toEqual(await outcome(referenceSession(each.graph, 2), each));
  });

  it('goes on from a state that was saved, and from one that another path left', async () => {
    const graph = layersOf(3, { units: 32 });
    const random = new Random(SEED + 1);
    const [first, second] = [random.int8(2 * 40 * FEATURES), random.int8(2 * 50 * FEATURES)];
    const reference = referenceSession(graph, 2);
    await reference.run(first);
    const [expected, state] = [await reference.run(second), await reference.saveState()];
    for (const path of ['wavefront', 'resident', 'step'] as const) {
      const before = session(graph, 2, path);
      await before.run(first);
      const after = session(graph, 2);
      after.loadState(await before.saveState());
      expect(await after.run(second)).toEqual(expected);
      expect(await after.saveState()).toEqual(state);
      after.reset();
      await after.run(first);
      expect(await after.saveState()).toEqual(await before.saveState());
      before.dispose();
      after.dispose();
    }
  });

  it('leaves the state as it was when a call ends early', async () => {
    const graph = layersOf(2, { units: 16 });
    const ended = session(graph, 1, 'wavefront', 20_000);
    const random = new Random(SEED + 2);
    await ended.run(random.int8(40 * FEATURES));
    const before = await ended.saveState();
    const controller = new AbortController();
    const long = random.int8(400 * FEATURES);
    const call = ended.run(long, {
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(call).rejects.toThrow(/abort/);
    expect(await ended.saveState()).toEqual(before);
    const reference = referenceSession(graph, 1);
    reference.loadState(before);
    expect(await ended.run(long)).toEqual(await reference.run(long));
    ended.dispose();
  });

  it('is checked layer by layer', async () => {
    const graph = layersOf(2, { units: 16 });
    const checked = sessionsOn(context(), graph, { lstm: 'wavefront' }, { check: 'every' })(1);
    const input = new Random(SEED + 3).int8(40 * FEATURES);
    expect(await checked.run(input)).toEqual(await referenceSession(graph, 1).run(input));
    checked.dispose();
  });
});
