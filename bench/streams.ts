/**
 * Many live streams, the network of S7: `npm run bench:streams`. A pool serves them all, a frame each per period; TFLite on one
 * thread serves the same streams one by one. Outputs are compared before any figure counts.
 */
import { SHAPES } from '../src/bench';
import { buildNetwork } from '../src/bench/network';
import { RandomInt8 } from '../src/bench/random-int8';
import { quantile } from '../src/bench/statistics';
import { at } from '../src/errors';
import { exportTflite } from '../src/export/tflite';
import { Octogate } from '../src/index';
import { createNodeGpu } from '../src/node';
import { StreamPool } from '../src/streaming';
import type { BatchReport, PooledStream } from '../src/streaming';
import { createPeers } from './peers';
import { createNodeHost } from './peers/node-host';

const STREAMS = 256;
const FRAMES = 200;
const WARM_UP_FRAMES = 20;
/** A frame of 8 ms. */
const PERIOD_MS = 8;

const shape = SHAPES.find(({ name }) => name === 'S7');
if (shape === undefined) throw new TypeError('the benchmark has no shape S7');
const network = buildNetwork({ kind: 'shape', shape: { ...shape, batch: 1, timesteps: 1 } }, 1);
const { graph } = network;
const random = new RandomInt8(2);
const frames = Array.from({ length: STREAMS }, () => random.values(shape.inputElements));

const gpu = await createNodeGpu();
const pooled = await servePool();
const single = await serveTflite();
console.log(`pool, as fast as it goes: ${pooled.framesPerSecond.toFixed(0)} frames per second`);
console.log(
  `pool, ${STREAMS} streams with a frame every ${PERIOD_MS} ms: from push to output ` +
    `p50 ${pooled.latency(0.5)}, p95 ${pooled.latency(0.95)}, p99 ${pooled.latency(0.99)} ms; ` +
    `${pooled.late} of ${pooled.paced} frames later than ${PERIOD_MS} ms`,
);
console.log(`TFLite, one stream after the other: ${single.toFixed(0)} frames per second`);
console.log(`ratio: ${(pooled.framesPerSecond / single).toFixed(1)}`);
process.exit();

async function servePool() {
  const model = await Octogate.load(exportTflite(graph), { gpu });
  const batches: BatchReport[] = [];
  const pool = StreamPool.of(model, {
    streams: STREAMS,
    values: 'int8',
    onBatch: (report) => batches.push(report),
  });
  const streams = frames.map(() => pool.open());
  await compareWithReference(streams);
  for (let frame = 0; frame < WARM_UP_FRAMES; frame++) await pushAll(streams);

  const start = performance.now();
  const ends: Promise<unknown>[] = [];
  for (let frame = 0; frame < FRAMES; frame++) {
    await Promise.all(streams.map((stream) => stream.ready));
    ends.push(pushAll(streams));
  }
  await Promise.all(ends);
  const framesPerSecond = (FRAMES * STREAMS) / ((performance.now() - start) / 1000);

  const latencies: number[] = [];
  const paced: Promise<unknown>[] = [];
  const first = performance.now();
  for (let frame = 0; frame < FRAMES; frame++) {
    const due = first + frame * PERIOD_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    await Promise.all(streams.map((stream) => stream.ready));
    paced.push(pushAll(streams).then(() => latencies.push(performance.now() - due)));
  }
  await Promise.all(paced);
  model.dispose();
  const sorted = latencies.toSorted((left, right) => left - right);
  return {
    framesPerSecond,
    latency: (share: number) => quantile(sorted, share).toFixed(2),
    late: sorted.filter((latency) => latency > PERIOD_MS).length,
    paced: sorted.length,
  };
}

function pushAll(streams: readonly PooledStream<Int8Array>[]): Promise<Int8Array[]> {
  return Promise.all(streams.map((stream, index) => stream.push(at(frames, index))));
}

async function compareWithReference(streams: readonly PooledStream<Int8Array>[]): Promise<void> {
  const reference = await Octogate.load(exportTflite(graph), { backend: 'reference' });
  const session = reference.createSession({ batch: STREAMS });
  const input = Int8Array.from(frames.flatMap((frame) => [...frame]));
  for (let frame = 0; frame < 2; frame++) {
    const expected = await session.run(input);
    const found = Int8Array.from((await pushAll(streams)).flatMap((output) => [...output]));
    const differing = found.findIndex((value, index) => value !== expected[index]);
    if (differing >= 0) throw new Error(`frame ${frame}: value ${differing} differs from the reference`);
  }
}

/** Frames per second of one interpreter; the state of other streams would have to be exchanged, which is not counted. */
async function serveTflite(): Promise<number> {
  const host = createNodeHost(gpu);
  const [peer] = createPeers(host, ['tflite']);
  if (peer === undefined) throw new Error('there is no peer "tflite"');
  await peer.load();
  const call = await peer.prepare(network);
  for (let frame = 0; frame < WARM_UP_FRAMES; frame++) await call.run();
  const count = STREAMS * 4;
  const start = performance.now();
  for (let frame = 0; frame < count; frame++) await call.run();
  const framesPerSecond = count / ((performance.now() - start) / 1000);
  host.close();
  return framesPerSecond;
}
