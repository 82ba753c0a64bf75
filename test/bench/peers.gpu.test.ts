import { expect, it } from 'vitest';
import { createPeers } from '../../bench/peers';
import { createNodeHost } from '../../bench/peers/node-host';
import { parseShape, runBenchmark } from '../../src/bench';
import type { BenchEnvironment } from '../../src/bench';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { describeWithAdapter } from '../support/gpu';

const environment: BenchEnvironment = { runtime: 'test', machine: 'test', processors: 1, loadAverage: null };

/** Largest mean distance of the float peers; 8-bit outputs alone are up to 1/256 from real ones. */
const ROUNDING = 0.01;

describeWithAdapter('peers', () => {
  /** Not onnxruntime on WebGPU: engines compile its 27 MB of WebAssembly for a minute of processor time. */
  it('compute the same networks: TFLite bit for bit, the others but for rounding', async () => {
    const gpu = await createNodeGpu();
    const host = createNodeHost(gpu);
    const shapes = ['6,8,5,3', '6,8,4,2,layers=2', '6,8,4,2,ln,proj=5,cifg'];
    const { results } = await runBenchmark({
      gpu,
      subjects: shapes.map((text) => ({ kind: 'shape', shape: parseShape(text) })),
      repeats: 2,
      seed: 7,
      environment,
      peers: createPeers(host, ['ort-wasm', 'ort-wasm-int8', 'tflite', 'tfjs-webgpu']),
    });
    host.close();
    const outcomes = results.map(({ peers }) =>
      peers.map(({ peer, outcome }) => {
        if (outcome.kind !== 'timed') return `${peer} ${outcome.kind}`;
        if (outcome.meanDifference === 0) return `${peer} equal`;
        return outcome.meanDifference < ROUNDING ? `${peer} close` : `${peer} ${outcome.meanDifference}`;
      }),
    );
    const float = ['ort-wasm close', 'ort-wasm-int8 close', 'tflite equal', 'tfjs-webgpu close'];
    expect(outcomes).toEqual([
      float,
      float,
      ['ort-wasm refused', 'ort-wasm-int8 refused', 'tflite equal', 'tfjs-webgpu refused'],
    ]);
  });

  it('are known by name', async () => {
    const host = createNodeHost(await createNodeGpu());
    expect(() => createPeers(host, ['tflite', 'pytorch'])).toThrow(/no peer "pytorch"; there are ort-webgpu/);
    host.close();
  });
});
