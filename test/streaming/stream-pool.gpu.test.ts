import { describe, expect, it } from 'vitest';
import { DisposedError, InputError, LimitError } from '../../src/errors';
import { Model } from '../../src/runtime/model';
import { StreamPool } from '../../src/streaming';
import type { BatchReport, PooledStream } from '../../src/streaming';
import { describeBackends, describeOnDevice } from '../support/backends';
import { liveBuffers } from '../support/live-buffers';
import { Random } from '../support/random';
import { bidirectional, FEATURES, twoLayers } from '../support/test-graphs';

/** A stream's frames, and what the model makes of them alone. */
async function alone(model: Model, frames: readonly Int8Array[]): Promise<Int8Array[]> {
  const session = model.createSession({ batch: 1 });
  const outputs: Int8Array[] = [];
  for (const frame of frames) outputs.push(await session.run(frame));
  session.dispose();
  return outputs;
}

function framesOf(seed: number, count: number): Int8Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.int8(FEATURES));
}

async function pushAll(stream: PooledStream<Int8Array>, frames: readonly Int8Array[]): Promise<Int8Array[]> {
  const outputs: Promise<Int8Array>[] = [];
  for (const frame of frames) {
    await stream.ready;
    outputs.push(stream.push(frame));
  }
  return Promise.all(outputs);
}

describeBackends('a stream pool', (load) => {
  it('gives every stream the bits that it gets alone, whoever comes and goes', async () => {
    const model = await load(twoLayers());
    const pool = StreamPool.of(model, { streams: 3, values: 'int8', maxWaitMs: 0 });
    const lengths = [7, 2, 5, 1, 9, 3, 4, 6];
    const waiting = lengths.map((length, seed) => ({ seed, frames: framesOf(seed, length) }));
    const results = new Map<number, Int8Array[]>();
    const serve = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const stream = pool.open();
        results.set(next.seed, await pushAll(stream, next.frames));
        await stream.close();
      }
    };
    await Promise.all([serve(), serve(), serve()]);
    expect(pool.streams).toBe(0);
    for (const [seed, length] of lengths.entries()) {
      expect(results.get(seed)).toEqual(await alone(model, framesOf(seed, length)));
    }
    model.dispose();
  });

  it('resets, saves and restores one stream between its frames, however many wait', async () => {
    const model = await load(twoLayers());
    const pool = StreamPool.of(model, { streams: 3, values: 'int8', queuedFrames: 8 });
    const [one, two] = [pool.open(), pool.open()];
    const frames = framesOf(20, 4);
    const [a, b, c, d] = frames as [Int8Array, Int8Array, Int8Array, Int8Array];
    const first = one.push(a);
    const saving = one.saveState();
    const second = one.push(b);
    one.reset();
    const third = one.push(c);
    const other = pushAll(two, frames);
    const fresh = await alone(model, frames);
    expect([await first, await second]).toEqual(fresh.slice(0, 2));
    expect([await third]).toEqual(await alone(model, [c]));
    two.loadState(await saving);
    expect(await two.push(b)).toEqual(fresh[1]);
    expect(await other).toEqual(fresh);
    // `one` has seen a reset and c.
    expect(await one.push(d)).toEqual((await alone(model, [c, d]))[1]);
    model.dispose();
  });
});

describe('a stream pool', () => {
  describeBackends('sends batches', (load) => {
    it('when enough streams have a frame', async () => {
      const reports: BatchReport[] = [];
      const model = await load(twoLayers());
      const pool = StreamPool.of(model, {
        streams: 4,
        values: 'int8',
        batchSize: 2,
        maxWaitMs: 60_000,
        onBatch: (report) => reports.push(report),
      });
      const streams = [pool.open(), pool.open(), pool.open()];
      const [frame] = framesOf(1, 1) as [Int8Array];
      await Promise.all([streams[0]!.push(frame), streams[2]!.push(frame)]);
      expect(reports.map(({ streams: count }) => count)).toEqual([2]);
      pool.dispose();
      model.dispose();
    });

    it('when a frame has waited long enough', async () => {
      const reports: BatchReport[] = [];
      const model = await load(twoLayers());
      const pool = StreamPool.of(model, {
        streams: 4,
        values: 'int8',
        maxWaitMs: 20,
        onBatch: (report) => reports.push(report),
      });
      const [stream] = [pool.open(), pool.open()];
      const [frame] = framesOf(2, 1) as [Int8Array];
      expect(await stream.push(frame)).toEqual((await alone(model, [frame]))[0]);
      expect(reports).toHaveLength(1);
      expect(reports[0]!.waitedMs).toBeGreaterThanOrEqual(19);
      model.dispose();
    });
  });

  describeBackends('keeps callers', (load) => {
    it('from pushing more than it holds, and lets them wait for room', async () => {
      const model = await load(twoLayers());
      const pool = StreamPool.of(model, { streams: 2, values: 'int8', queuedFrames: 2, maxWaitMs: 60_000 });
      const [stream, idle] = [pool.open(), pool.open()];
      const frames = framesOf(3, 3) as [Int8Array, Int8Array, Int8Array];
      const outputs = [stream.push(frames[0]), stream.push(frames[1])];
      await expect(stream.push(frames[2])).rejects.toThrow(LimitError);
      let hasRoom = false;
      const ready = stream.ready.then(() => {
        hasRoom = true;
      });
      await Promise.resolve();
      expect(hasRoom).toBe(false);
      // The other stream's frame completes the batch.
      const other = idle.push(frames[0]);
      await ready;
      outputs.push(stream.push(frames[2]));
      await idle.close();
      expect(await Promise.all(outputs)).toEqual(await alone(model, frames));
      await other;
      model.dispose();
    });

    it('from frames that do not fit, streams that are not there and models that it cannot run', async () => {
      const model = await load(twoLayers());
      const pool = StreamPool.of(model, { streams: 1, values: 'int8' });
      const stream = pool.open();
      await expect(stream.push(new Int8Array(FEATURES + 1))).rejects.toThrow(
        'a frame of this pool is Int8Array of 3 elements; Int8Array of 4 found',
      );
      await expect(stream.push(new Float32Array(FEATURES) as unknown as Int8Array)).rejects.toThrow(
        InputError,
      );
      expect(() => pool.open()).toThrow(LimitError);
      expect(() => {
        stream.loadState({ batch: 2, layers: [] });
      }).toThrow(InputError);
      const [frame] = framesOf(4, 1) as [Int8Array];
      expect(await stream.push(frame)).toEqual((await alone(model, [frame]))[0]);
      await stream.close();
      await stream.close();
      await expect(stream.push(frame)).rejects.toThrow(DisposedError);
      expect(() => StreamPool.of(model, { streams: 0 })).toThrow('streams is 0');
      expect(() => StreamPool.of(model, { streams: 1, maxWaitMs: -1 })).toThrow('maxWaitMs is -1');
      const [two, timeMajor] = [await load(bidirectional()), await load(twoLayers({ timeMajor: true }))];
      expect(() => StreamPool.of(two, { streams: 1 })).toThrow('this one has 1 and 2');
      expect(() => StreamPool.of(timeMajor, { streams: 1, timesteps: 2 })).toThrow(
        'laid out as [time, batch, 3]',
      );
      for (const { dispose } of [model, two, timeMajor].map((m) => ({
        dispose: () => {
          m.dispose();
        },
      })))
        dispose();
    });

    it('informed when it ends before their frames', async () => {
      const model = await load(twoLayers());
      const pool = StreamPool.of(model, { streams: 2, values: 'int8', maxWaitMs: 60_000 });
      const [stream] = [pool.open(), pool.open()];
      const [frame] = framesOf(5, 1) as [Int8Array];
      const output = stream.push(frame);
      pool.dispose();
      pool.dispose();
      await expect(output).rejects.toThrow('this pool was disposed');
      await expect(stream.push(frame)).rejects.toThrow(DisposedError);
      await stream.close();
      model.dispose();
    });
  });

  describeBackends('serves', (load) => {
    it('web streams of real values, several timesteps to a frame', async () => {
      const model = await load(twoLayers());
      const pool = StreamPool.of(model, { streams: 2, timesteps: 2, maxWaitMs: 0 });
      const random = new Random(6);
      const frames = Array.from({ length: 3 }, () =>
        Float32Array.from(random.int8(2 * FEATURES), (value) => value / 40),
      );
      const session = model.createSession({ batch: 1 });
      const expected = await session.run(Float32Array.from(frames.flatMap((frame) => [...frame])));
      const outputs: number[] = [];
      const stream = new ReadableStream<Float32Array>({
        start(controller) {
          for (const frame of frames) controller.enqueue(frame);
          controller.close();
        },
      });
      for await (const output of stream.pipeThrough(pool.open().transform())) outputs.push(...output);
      expect(outputs).toEqual([...expected]);
      expect(pool.streams).toBe(0);
      model.dispose();
    });

    it('1,000 streams one after the other from the same rows', async () => {
      const model = await load(twoLayers());
      const pool = StreamPool.of(model, { streams: 100, values: 'int8' });
      const frames = framesOf(7, 1);
      const [expected] = await alone(model, frames);
      for (let round = 0; round < 10; round++) {
        const streams = Array.from({ length: 100 }, () => pool.open());
        const outputs = await Promise.all(streams.map((stream) => stream.push(frames[0]!)));
        expect(outputs.every((output) => output.every((value, index) => value === expected![index]))).toBe(
          true,
        );
        await Promise.all(streams.map((stream) => stream.close()));
        expect(pool.streams).toBe(0);
      }
      model.dispose();
    });
  });

  describeOnDevice('on WebGPU', (device) => {
    it('holds no more memory after 1,000 streams than after 10, and none after its end', async () => {
      const { device: opened, gpu } = device();
      const live = liveBuffers(opened);
      const model = await Model.fromGraph(twoLayers(), { device: opened, gpu });
      const before = live.bytes;
      const pool = StreamPool.of(model, { streams: 10, values: 'int8' });
      const [frame] = framesOf(8, 1) as [Int8Array];
      const serve = async (): Promise<number> => {
        const streams = Array.from({ length: 10 }, () => pool.open());
        await Promise.all(streams.map((stream) => stream.push(frame)));
        await Promise.all(streams.map((stream) => stream.close()));
        return live.bytes;
      };
      const afterTen = await serve();
      const afterEach: number[] = [];
      for (let round = 0; round < 99; round++) afterEach.push(await serve());
      expect(afterTen).toBeGreaterThan(before);
      expect(Math.max(...afterEach)).toBe(afterTen);
      pool.dispose();
      model.dispose();
      await new Promise((resolve) => setTimeout(resolve));
      expect(live.bytes).toBe(0);
      live.stop();
    });
  });
});
