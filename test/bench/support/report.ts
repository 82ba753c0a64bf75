import type { BenchReport, NetworkResult, PeerResult, Timing } from '../../../src/bench';
import { parseShape } from '../../../src/bench';
import { summarize } from '../../../src/bench/statistics';

const timing = (samplesMs: readonly number[]): Timing => summarize(samplesMs);

/** What one network of a made-up run took. */
export function madeUpResult(
  name: string,
  samplesMs: readonly number[],
  peers: readonly PeerResult[] = [],
): NetworkResult {
  const call = timing(samplesMs);
  return {
    name,
    what: 'made up',
    shape: parseShape('8,16,5,2'),
    timesteps: 5,
    batch: 2,
    macs: 1e6,
    weightBytes: 1000,
    movedBytes: 1e6,
    paths: ['step'],
    dot: 'packed',
    rows: 'plain',
    call,
    gpu: null,
    coldStartMs: 50,
    gmacPerSecond: 1 / call.medianMs,
    gbPerSecond: 1 / call.medianMs,
    perCall: { submissions: 1, dispatches: 6 },
    fractions: {
      ofDot: 0.1 / call.medianMs,
      ofLoadBound: 0.2 / call.medianMs,
      ofStream: 0.2 / call.medianMs,
      emptySubmits: call.medianMs,
      microsecondsPerTimestep: 200 * call.medianMs,
    },
    checkedTimesteps: 5,
    peers,
  };
}

/** A peer of a made-up run. */
export function madeUpPeer(peer: string, samplesMs: readonly number[]): PeerResult {
  return {
    peer,
    title: `the runtime ${peer}`,
    where: 'gpu',
    outcome: { kind: 'timed', call: timing(samplesMs), coldStartMs: 900, meanDifference: 0.001, cut: null },
  };
}

export function madeUpReport(
  results: readonly NetworkResult[],
  date = '2026-01-02T03:04:05.000Z',
): BenchReport {
  return {
    format: 'octogate-bench',
    version: 2,
    date,
    environment: { runtime: 'Node 1.2.3', machine: 'made up', processors: 2, loadAverage: [0.5, 0.4, 0.3] },
    adapter: {
      vendor: 'mesa',
      architecture: 'software',
      device: 'llvmpipe',
      description: 'llvmpipe: Mesa 1',
    },
    seed: 1,
    timestampQuantumMs: null,
    ceilings: {
      dotGmacPerSecond: 10,
      loadGbPerSecond: 5,
      streamGbPerSecond: 4,
      loadBoundGmacPerSecond: 5,
      emptySubmitMs: 0.1,
      dependentDispatchMs: 0.02,
    },
    results,
  };
}
