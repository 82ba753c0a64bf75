import { describe, expect, it } from 'vitest';
import { runInBrowser } from '../../bench/browser/run-in-browser';
import { parseShape } from '../../src/bench';
import { at } from '../../src/errors';
import { ROOT } from '../support/repository';
import { readFileSync } from 'node:fs';

const environment = { runtime: 'test', machine: 'test', processors: 1, loadAverage: null };

describe('a benchmark in Chromium', () => {
  it('times shapes, models and peers in a page', async () => {
    const progress: string[] = [];
    const report = await runInBrowser({
      browser: 'chromium',
      subjects: [
        { kind: 'shape', shape: parseShape('6,8,4,2') },
        {
          kind: 'model',
          name: 'digits',
          bytes: new Uint8Array(readFileSync(`${ROOT}models/digits.tflite`)),
        },
      ],
      repeats: 1,
      seed: 3,
      environment,
      peers: ['tflite'],
      onProgress: (what) => progress.push(what),
    });
    expect(report.environment.runtime).toMatch(/chrom/i);
    expect(report.results.map(({ name }) => name)).toEqual(['6,8,4,2', 'digits']);
    expect(at(at(report.results, 0).peers, 0).outcome).toMatchObject({ kind: 'timed', meanDifference: 0 });
    expect(progress).toContain('turn 1 of 1');
  });

  it('says what goes wrong in the page', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const run = runInBrowser({
      browser: 'chromium',
      subjects: [{ kind: 'model', name: 'broken', bytes }],
      repeats: 1,
      seed: 1,
      environment,
      peers: null,
    });
    await expect(run).rejects.toThrow(/ModelFormatError/);
  });
});
