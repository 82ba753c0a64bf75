import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { readNpy, writeNpy } from '../../src/cli/npy';
import { exportTflite } from '../../src/export/tflite';
import { enhancer } from '../support/float-island';
import { reals } from '../support/float-values';
import { referenceSession } from '../support/gpu-session';
import { Random } from '../support/random';
import { octogate, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

describe('a model with float islands', () => {
  const folder = temporaryFolder();
  const model = join(folder, 'enhancer.tflite');
  const input = reals(new Random(3), 4 * 9, [0, 4]);
  const graph = enhancer(new Random(2), 9, 4);
  beforeAll(async () => {
    writeFileSync(model, exportTflite(graph));
    await writeNpy(join(folder, 'input.npy'), { shape: [1, 4, 9], data: input });
  });

  it('is told op by op by inspect', async () => {
    const { stdout } = await octogate('inspect', model);
    expect(stdout).toMatch(/floatUnary_1 +float32/);
    expect(stdout).toMatch(/lstm_\d+ +integer/);
    const report = JSON.parse((await octogate('inspect', model, '--json')).stdout) as {
      readonly runs: boolean;
      readonly ops: readonly { readonly kind: string; readonly arithmetic: string }[];
    };
    expect(report.runs).toBe(true);
    const kindsIn = (arithmetic: string): Set<string> =>
      new Set(report.ops.filter((op) => op.arithmetic === arithmetic).map(({ kind }) => kind));
    expect([...kindsIn('integer')]).toEqual(['lstm', 'fullyConnected']);
    expect([...kindsIn('float32')].sort()).toEqual([
      'binary',
      'dequantize',
      'floatUnary',
      'logistic',
      'mean',
      'quantize',
    ]);
  });

  it('runs from and to float32 files', async () => {
    const { code, stderr } = await octogate(
      ...['run', model, '--input', join(folder, 'input.npy'), '--backend', 'reference'],
      ...['--output-dir', folder],
    );
    expect([code, stderr]).toEqual([0, '']);
    const { shape, data } = await readNpy(join(folder, 'output0.npy'), 'float32');
    expect(shape).toEqual([1, 4, 9]);
    expect(data).toEqual(await referenceSession(graph, 1).run(input));
  });
});
