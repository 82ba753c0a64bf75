import { beforeAll, describe, expect, it } from 'vitest';
import type { GpuContext, SubmissionCounts } from '../../src/gpu';
import type { Graph } from '../../src/model';
import type { LayerTrace } from '../../src/runtime/executor';
import type { Session } from '../../src/runtime/session';
import { joinTraces } from '../../src/runtime/trace-recorder';
import { describeOnContext } from '../support/gpu';
import { referenceSession, sessionsOn } from '../support/gpu-session';
import { integerLstmGraph } from '../support/integer-lstm';
import { Random } from '../support/random';
import { FEATURES, twoLayers } from '../support/test-graphs';

/** Values of any number, quickly. */
function noise(length: number): Int8Array {
  return Int8Array.from({ length }, (_, index) => Math.imul(index ^ (index >>> 9), 2654435761) >>> 24);
}

async function countsOf(context: GpuContext, work: () => Promise<unknown>): Promise<SubmissionCounts> {
  const before = context.counts;
  await work();
  const after = context.counts;
  return {
    submissions: after.submissions - before.submissions,
    dispatches: after.dispatches - before.dispatches,
    readbacks: after.readbacks - before.readbacks,
  };
}

describeOnContext('a call on WebGPU', (context) => {
  describe.each(['sequence', 'step'] as const)('%s', (lstm) => {
    it('of 100 timesteps is one submission and one readback', async () => {
      const session = sessionsOn(context(), twoLayers(), { lstm })(2);
      const input = new Random(1).int8(2 * 100 * FEATURES);
      await session.run(input);
      for (const options of [
        {},
        { lengths: Int32Array.of(100, 3) },
        { signal: new AbortController().signal },
      ]) {
        const counts = await countsOf(context(), () => session.run(input, options));
        expect(counts).toMatchObject({ submissions: 1, readbacks: 1 });
        // The first layer has its input product and its steps, the second also projects.
        expect(counts.dispatches).toBe(lstm === 'sequence' ? 4 : 2 + 100 + 200);
      }
      expect(await countsOf(context(), () => session.saveState())).toEqual({
        submissions: 1,
        dispatches: 0,
        readbacks: 1,
      });
      session.dispose();
    });

    it('starts before the results of the one before are back, and in order', async () => {
      const session = sessionsOn(context(), twoLayers(), { lstm })(2);
      const reference = referenceSession(twoLayers(), 2);
      const inputs = [5, 1, 1, 2, 1].map((timesteps, index) =>
        new Random(index).int8(2 * timesteps * FEATURES),
      );
      const expected: Int8Array[] = [];
      for (const input of inputs) expected.push(await reference.run(input));
      expect(await Promise.all(inputs.map((input) => session.run(input)))).toEqual(expected);
      expect(await session.saveState()).toEqual(await reference.saveState());

      // Two calls are submitted when the first one's results, which take a while, are back.
      const long = new Random(9).int8(2 * 300 * FEATURES);
      await session.run(long);
      const frame = inputs[1]!;
      const before = context().counts.submissions;
      let submittedAtFirstResult = 0;
      const first = session.run(long).then(() => {
        submittedAtFirstResult = context().counts.submissions - before;
      });
      const second = session.run(frame);
      await Promise.all([first, second]);
      expect(submittedAtFirstResult).toBe(2);
      session.dispose();
    });

    it('that could fail half way copies the state first', async () => {
      const session = sessionsOn(context(), twoLayers(), { lstm })(2);
      const input = new Random(1).int8(2 * 100 * FEATURES);
      await session.run(input);
      const counts = await countsOf(context(), () => session.run(input, { onProgress: () => undefined }));
      expect(counts).toMatchObject({ submissions: 2, readbacks: 1 });
      session.dispose();
    });

    describe('that is too much for one submission', () => {
      // Past the bounds of a submission on either path, in dispatches and in timesteps.
      const timesteps = 3000;
      const parts = lstm === 'sequence' ? 4 : 2;
      const graph = twoLayers();
      const input = noise(timesteps * FEATURES);
      let expected: Int8Array;
      beforeAll(async () => {
        expected = await referenceSession(graph, 1).run(input);
      });

      it('is cut into several', async () => {
        const session = sessionsOn(context(), graph, { lstm })(1);
        const counts = await countsOf(context(), async () => {
          expect(await session.run(input)).toEqual(expected);
        });
        // The state is copied before.
        expect(counts).toMatchObject({ submissions: 1 + parts, readbacks: 1 });
        session.dispose();
      });

      it('tells how far it is', async () => {
        const session = sessionsOn(context(), graph, { lstm })(1);
        const fractions: number[] = [];
        await session.run(input, { onProgress: (fraction) => fractions.push(fraction) });
        expect(fractions).toEqual(Array.from({ length: parts }, (_, part) => (part + 1) / parts));
        session.dispose();
      });

      it("ends early with the signal's reason, and the state is as it was", async () => {
        const session = sessionsOn(context(), graph, { lstm })(1);
        const first = await session.run(input.subarray(0, 10 * FEATURES));
        const saved = await session.saveState();
        const controller = new AbortController();
        const reason = new Error('enough');
        const fractions: number[] = [];
        const aborted = session.run(input, {
          signal: controller.signal,
          onProgress: (fraction) => {
            fractions.push(fraction);
            controller.abort(reason);
          },
        });
        await expect(aborted).rejects.toBe(reason);
        expect(fractions).toEqual([1 / parts]);
        expect(await session.saveState()).toEqual(saved);
        session.reset();
        expect(await session.run(input.subarray(0, 10 * FEATURES))).toEqual(first);
        session.reset();
        expect(await session.run(input)).toEqual(expected);
        session.dispose();
      });

      it('stops when the session is disposed of', async () => {
        const createSession = sessionsOn(context(), graph, { lstm });
        await createSession(1).run(input.subarray(0, 10 * FEATURES));
        const before = context().allocatedBytes;
        const session = createSession(1);
        const call = session.run(input, {
          onProgress: () => {
            session.dispose();
          },
        });
        await expect(call).rejects.toThrow('this session was disposed');
        await context().idle();
        expect(context().allocatedBytes).toBe(before);
      });
    });

    it.each([
      ['onProgress', { onProgress: fail }],
      ['onTrace', { onTrace: fail }],
    ])("is undone when the caller's %s throws", async (_, options) => {
      const session = sessionsOn(context(), twoLayers(), { lstm })(2);
      const input = new Random(2).int8(2 * 5 * FEATURES);
      await session.run(input);
      const saved = await session.saveState();
      await expect(session.run(input, options)).rejects.toThrow('the caller failed');
      expect(await session.saveState()).toEqual(saved);
      const reference = referenceSession(twoLayers(), 2);
      reference.loadState(saved);
      expect(await session.run(input)).toEqual(await reference.run(input));
      session.dispose();
    });
  });

  describe.each(['sequence', 'step'] as const)(
    'that is too much for the device to hold at once (%s)',
    (lstm) => {
      const [batch, timesteps] = [3, 11];
      const input = new Random(6).int8(batch * timesteps * FEATURES);
      const options = { lengths: Int32Array.of(11, 5, 0) };
      const open = (passBytes: number): Session =>
        sessionsOn(context(), twoLayers(), { lstm }, { passBytes })(batch);
      // Both layers take 3 * (16 + 16 + 5 * 8 + 16 + 6 * 8) bytes per timestep.
      const BYTES_PER_TIMESTEP = 408;
      let expected: readonly unknown[];

      const runTwice = async (session: Session): Promise<readonly unknown[]> => [
        await session.run(input),
        await session.run(input, options),
        await session.saveState(),
      ];

      beforeAll(async () => {
        expected = await runTwice(referenceSession(twoLayers(), batch));
      });

      it.each([
        [1, 11],
        [BYTES_PER_TIMESTEP, 11],
        [4 * BYTES_PER_TIMESTEP, 3],
        [11 * BYTES_PER_TIMESTEP - 1, 2],
        [11 * BYTES_PER_TIMESTEP, 1],
      ])('goes through the model in passes: of %i bytes, %i', async (passBytes, passes) => {
        const session = open(passBytes);
        const counts = await countsOf(context(), async () => {
          expect(await runTwice(session)).toEqual(expected);
        });
        // One readback per pass of the two calls, and that of the saved state.
        expect(counts.readbacks).toBe(2 * passes + 1);
        session.dispose();
      });

      it('is traced in parts that follow each other', async () => {
        const session = open(3000);
        const [parts, whole]: [LayerTrace[], LayerTrace[]] = [[], []];
        await session.run(input, { ...options, onTrace: (trace) => parts.push(trace) });
        await referenceSession(twoLayers(), batch).run(input, {
          ...options,
          onTrace: (trace) => whole.push(trace),
        });
        for (const [index, layer] of ['lstm_0', 'lstm_1'].entries()) {
          const own = parts.filter((part) => part.layer === layer);
          expect(own.length).toBeGreaterThan(2);
          expect(joinTraces(own)).toEqual(whole[index]);
        }
        session.dispose();
      });

      it('is undone when it ends between passes', async () => {
        const session = open(4 * BYTES_PER_TIMESTEP);
        const controller = new AbortController();
        const aborted = session.run(input, {
          signal: controller.signal,
          onProgress: (fraction) => {
            if (fraction >= 0.5) controller.abort();
          },
        });
        await expect(aborted).rejects.toThrow(DOMException);
        expect(await runTwice(session)).toEqual(expected);
        session.dispose();
      });
    },
  );

  it('shares the weights of its model, and gives back all that its session took', async () => {
    const createSession = sessionsOn(context(), twoLayers(), { lstm: 'sequence' });
    const input = new Random(3).int8(2 * 4 * FEATURES);
    const bytes = [context().allocatedBytes];
    const sessions: Session[] = [];
    for (let index = 0; index < 3; index++) {
      const session = createSession(2);
      await session.run(input);
      await session.run(input.subarray(0, 2 * FEATURES), { onTrace: () => undefined });
      sessions.push(session);
      bytes.push(context().allocatedBytes);
    }
    const taken = bytes.slice(1).map((after, index) => after - bytes[index]!);
    expect(taken[1]).toBe(taken[2]);
    // Both layers' weights, biases and constants, which only the first session brought.
    expect(taken[0]! - taken[1]!).toBeGreaterThan(2 * 4 * 8 * 16);
    for (const session of sessions) session.dispose();
    expect(context().allocatedBytes - bytes[0]!).toBe(taken[0]! - taken[1]!);
  });

  it('keeps plans for a few numbers of timesteps only', async () => {
    const session = sessionsOn(context(), twoLayers(), { lstm: 'sequence' })(1);
    const input = new Random(4).int8(30 * FEATURES);
    const bytes: number[] = [];
    for (let round = 0; round < 3; round++) {
      for (let timesteps = 10; timesteps < 20; timesteps++) {
        await session.run(input.subarray(0, timesteps * FEATURES));
      }
      bytes.push(context().allocatedBytes);
    }
    expect(bytes[1]).toBe(bytes[0]);
    expect(bytes[2]).toBe(bytes[0]);
    session.dispose();
  });
});

describe('a call on the reference', () => {
  const graph: Graph = integerLstmGraph({ inputs: 1024, units: 8 }, new Random(8));
  const input = noise(2 * 700 * 1024);

  it("tells how far it is, and ends early with the signal's reason", async () => {
    const session = referenceSession(graph, 2);
    const fractions: number[] = [];
    const expected = await session.run(input, { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions.length).toBeGreaterThan(2);
    expect(fractions.toSorted((left, right) => left - right)).toEqual(fractions);
    expect(fractions.at(-1)).toBe(1);
    const after = await session.saveState();
    session.reset();
    expect(await session.run(input)).toEqual(expected);
    expect(await session.saveState()).toEqual(after);

    const controller = new AbortController();
    const aborted = session.run(input, {
      signal: controller.signal,
      onProgress: () => {
        controller.abort('enough');
      },
    });
    await expect(aborted).rejects.toBe('enough');
    expect(await session.saveState()).toEqual(after);
  });
});

function fail(): never {
  throw new Error('the caller failed');
}
