import { expect, it } from 'vitest';
import { runBenchmark } from '../../src/bench/run-benchmark';
import { customShape } from '../../src/bench/shapes';
import { benchTable } from '../../src/bench/table';
import { createNodeGpu } from '../../src/gpu/node-gpu';
import { describeWithAdapter } from '../support/gpu';

describeWithAdapter('a benchmark', () => {
  it('times checked calls beside the ceilings of the same run', async () => {
    const shapes = [customShape('12x16x20x2')!, customShape('12x16x1x1')!];
    const { ceilings, results } = await runBenchmark({
      gpu: await createNodeGpu(),
      shapes,
      repeats: 2,
      seed: 5,
    });
    expect(ceilings.dotGmacPerSecond).toBeGreaterThan(0);
    expect(ceilings.loadBoundGmacPerSecond).toBeGreaterThan(0);
    expect(ceilings.emptySubmitMs).toBeGreaterThan(0);
    expect(
      results.map(({ shape, call, checkedTimesteps, perCall }) => [
        shape.name,
        call.repeats,
        checkedTimesteps,
        perCall,
      ]),
    ).toEqual([
      ['12x16x20x2', 2, 20, { dispatches: 2, submissions: 1, readbacks: 1 }],
      ['12x16x1x1', 2, 1, { dispatches: 2, submissions: 1, readbacks: 1 }],
    ]);
    for (const { call } of results) expect(call.minMs).toBeLessThanOrEqual(call.p95Ms);
    expect(
      benchTable({
        date: '',
        adapter: { vendor: '', architecture: '', device: 'd', description: '' },
        seed: 5,
        ceilings,
        results,
      }),
    ).toContain('12x16x20x2');
  });
});
