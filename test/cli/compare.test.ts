import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { ROOT } from '../support/repository';
import { smallFloatGraph, STEPS, writeModel, writeSequences } from './support/float-models';
import { octogate, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

const folder = temporaryFolder();
const float = writeModel(folder, 'float.tflite', smallFloatGraph());
const integer = join(folder, 'integer.tflite');
let data: string;
beforeAll(async () => {
  data = await writeSequences(folder, 'sequences.npy', 100, 4);
  await octogate('quantize', float, '--calibrate', data, '-o', integer);
});

interface Comparison {
  readonly outputs: readonly { readonly sqnrDb: number; readonly growth: readonly unknown[] }[];
}

describe('octogate compare', () => {
  it('tells per output how close the integers are, as a table and as JSON', async () => {
    const { code, stdout } = await octogate('compare', float, integer, '--data', data);
    expect(code).toBe(0);
    expect(stdout).toMatch(/4 sequences, 40 timesteps\n/);
    expect(stdout).toMatch(/output +SQNR +max error +mean error +same arg-max\n +y +[34]\d\.\d dB/);
    expect(stdout).toMatch(/y: timestep +SQNR/);
    const json = await octogate('compare', float, integer, '--data', data, '--json');
    const comparison = JSON.parse(json.stdout) as Comparison;
    expect(comparison).toMatchObject({ sequences: 4, outputs: [{ name: 'y', rows: 4 * STEPS, clipped: 0 }] });
    expect(comparison.outputs[0]!.growth).toHaveLength(STEPS);
  });

  it('is exit code 1 below a required ratio', async () => {
    expect((await octogate('compare', float, integer, '--data', data, '--require-sqnr', '20')).code).toBe(0);
    const { code, stdout } = await octogate(
      'compare',
      float,
      integer,
      '--data',
      data,
      '--require-sqnr',
      '90',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/y: [34]\d\.\d dB, less than 90\.0 dB/);
  });

  it('refuses an integer model that is none, and data that fits neither', async () => {
    const both = await octogate('compare', float, float, '--data', data);
    expect(both.stderr).toMatch(/^octogate: the model: computes in float32/);
    expect(both.code).toBe(2);
    const other = await octogate(
      ...['compare', float, integer, '--data', join(ROOT, 'models/digits-samples.npy')],
    );
    expect(other.stderr).toMatch(/digits-samples\.npy: input "x": dtype int8 found/);
    expect(other.code).toBe(2);
  });
});
