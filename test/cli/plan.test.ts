import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { madeUpReport, madeUpResult } from '../bench/support/report';
import { ROOT } from '../support/repository';
import { octogate, octogateIn, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

const DIGITS = join(ROOT, 'models/digits.tflite');
const folder = temporaryFolder();

describe('octogate plan', () => {
  it('predicts a model on every profile, without a GPU', async () => {
    const { code, stdout } = await octogateIn({ VK_DRIVER_FILES: '/nowhere' }, 'plan', DIGITS);
    expect(code).toBe(0);
    expect(stdout).toContain('h100');
    expect(stdout).toContain('adreno-740');
  });

  it('predicts each kernel on one of them', async () => {
    const { stdout } = await octogate('plan', 'S3', '--gpu', 'apple-m2');
    expect(stdout).toMatch(/on Apple M2, 10 cores: .* ms a call, bound by/);
    expect(stdout).toMatch(/lstm_step +100 x/);
    expect(stdout).toContain('Published');
  });

  it('predicts from a run that was measured, as JSON', async () => {
    const run = join(folder, 'run.json');
    writeFileSync(run, JSON.stringify(madeUpReport([madeUpResult('S1', [2])])));
    const { stdout } = await octogate('plan', '64,32,10,2', '--gpu', run, '--batch', '4', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      batch: 4,
      timesteps: 10,
      predictions: [{ gpu: { name: 'measured', dotGmacPerSecond: 10 } }],
    });
  });

  it('knows profiles by name, and says which', async () => {
    const { code, stderr } = await octogate('plan', DIGITS, '--gpu', 'voodoo');
    expect(code).toBe(2);
    expect(stderr).toContain('"voodoo" is none of h100,');
  });
});

describe('octogate bench', () => {
  it('refuses a baseline before it measures anything', async () => {
    const old = join(folder, 'old.json');
    writeFileSync(old, '{"results":[]}');
    const { code, stderr } = await octogate('bench', '--shapes', 'S2', '--baseline', old);
    expect(code).toBe(2);
    expect(stderr).toContain('it is not what `octogate bench --json` prints');
  });

  it('times one shape and compares it with an earlier run', async () => {
    const run = join(folder, 'now.json');
    const arguments_ = ['bench', '--shape', '8,8,2,1', '--repeats', '1'];
    const first = await octogate(...arguments_, '--out', run);
    expect(first.stdout).toContain('8,8,2,1');
    const second = await octogate(...arguments_, '--baseline', run);
    expect(second.stdout).toContain('median time now over then');
  });

  it.each([
    [['--shapes', 'S9'], '"S9" is none of S1'],
    [['--shape', '1,2'], 'does not begin with four sizes'],
    [['--shape', '1,2,3,4', '--peers', 'pytorch'], 'no peer "pytorch"'],
    [['--shape', '1,2,3,4', '--browser', 'firefox', '--adapter', 'x'], '--adapter is for Node'],
  ])('says what is wrong with %j', async (options, problem) => {
    const { code, stderr } = await octogate('bench', ...options);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });
});
