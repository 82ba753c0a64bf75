import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { benchTable, parseShape, runBenchmark } from '../../src/bench';
import type { BenchEnvironment, BenchReport, BenchSubject, Peer } from '../../src/bench';
import { reportProblem } from '../../src/bench/report';
import { at } from '../../src/errors';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { describeWithAdapter } from '../support/gpu';
import { ROOT } from '../support/repository';

const environment: BenchEnvironment = { runtime: 'test', machine: 'test', processors: 1, loadAverage: null };

const shape = (text: string): BenchSubject => ({ kind: 'shape', shape: parseShape(text) });

async function measure(subjects: readonly BenchSubject[], peers: readonly Peer[] = []): Promise<BenchReport> {
  const gpu = await createNodeGpu();
  return runBenchmark({ gpu, subjects, repeats: 2, seed: 5, environment, peers });
}

describeWithAdapter('a benchmark', () => {
  it('times checked calls beside the ceilings of the same run', async () => {
    const bytes = new Uint8Array(readFileSync(`${ROOT}models/digits.tflite`));
    const report = await measure([
      shape('12,16,20,2'),
      shape('12,16,1,1,ln,proj=8,cifg,peep,layers=2'),
      { kind: 'model', name: 'digits', bytes },
    ]);
    const { ceilings, results } = report;
    expect(reportProblem(JSON.parse(JSON.stringify(report)))).toBeNull();
    expect(ceilings.dotGmacPerSecond).toBeGreaterThan(0);
    expect(ceilings.loadBoundGmacPerSecond).toBeGreaterThan(0);
    expect(ceilings.emptySubmitMs).toBeGreaterThan(0);
    expect(results.map(({ name, call, checkedTimesteps }) => [name, call.repeats, checkedTimesteps])).toEqual(
      [
        ['12,16,20,2', 2, 20],
        ['12,16,1,1,ln,proj=8,cifg,peep,layers=2', 2, 1],
        ['digits', 2, 28],
      ],
    );
    for (const { call, perCall, gpu, macs } of results) {
      expect(call.minMs).toBeLessThanOrEqual(call.p95Ms);
      expect(perCall.submissions).toBe(1);
      expect(perCall.dispatches).toBeGreaterThan(0);
      expect(macs).toBeGreaterThan(0);
      if (report.timestampQuantumMs !== null) expect(gpu?.medianMs).toBeGreaterThanOrEqual(0);
    }
    expect(benchTable(report)).toContain('12,16,20,2');
  });

  it('reports what becomes of peers, and lets none of them stop it', async () => {
    const peer = (id: string, changes: Partial<Peer>): Peer => ({
      id,
      title: id,
      where: 'cpu',
      load: () => Promise.resolve(),
      refusal: () => null,
      prepare: () => Promise.reject(new Error('broken')),
      ...changes,
    });
    const answering = (output: Int8Array | Float32Array): Partial<Peer> => ({
      prepare: () =>
        Promise.resolve({ run: () => Promise.resolve(), output: () => output, dispose: () => undefined }),
    });
    const report = await measure(
      [shape('4,4,3,1')],
      [
        peer('picky', { refusal: () => 'too small' }),
        peer('missing', { load: () => Promise.reject(new Error('not installed')) }),
        peer('broken', {}),
        peer('wrong', answering(new Float32Array(12).fill(9))),
        peer('short', answering(new Int8Array(3))),
        peer('nan', answering(new Float32Array(12).fill(NaN))),
      ],
    );
    expect(at(report.results, 0).peers.map(({ peer: id, outcome }) => [id, outcome.kind])).toEqual([
      ['picky', 'refused'],
      ['missing', 'failed'],
      ['broken', 'failed'],
      ['wrong', 'failed'],
      ['short', 'failed'],
      ['nan', 'failed'],
    ]);
    expect(benchTable(report)).toContain('refused: too small');
  });
});
