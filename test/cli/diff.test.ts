import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { readNpy, writeNpy } from '../../src/cli/npy';
import type { NpyDtype } from '../../src/data';
import { describeWithAdapter } from '../support/gpu';
import { CONFORMANCE, lastLine, octogate, temporaryFolder } from './support/octogate';
import type { Outcome } from './support/octogate';

beforeAll(buildIfStale);

/** One plain layer, `[batch 2, time 11, 100]` to 33 units. */
const CASE = '1000-000-plain';
/** int32 accumulators on both sides, gate sum, pre-activation and activation of four gates; cell and hidden; the output. */
const VALUES_PER_CALL = 2 * 11 * 33 * (5 * 4 + 2) + 2 * 11 * 33;

function traceCase(
  name: string,
  calls: readonly number[],
  trace: string,
  ...options: readonly string[]
): Promise<Outcome> {
  const folder = join(CONFORMANCE, name);
  return octogate(
    ...['run', join(folder, 'model.tflite'), '-o', `${trace}-outputs`, '--trace', trace],
    ...calls.flatMap((call) => ['-i', join(folder, `input${call}.npy`)]),
    ...options,
  );
}

async function change(path: string, dtype: NpyDtype, index: number): Promise<void> {
  const { shape, data } = await readNpy(path, dtype);
  data[index] = data[index]! + 1;
  await writeNpy(path, { shape, data });
}

describe('octogate diff', () => {
  const folder = temporaryFolder();
  const trace = join(folder, 'trace');
  beforeAll(async () => {
    const { code, stderr } = await traceCase(CASE, [0, 1], trace, '--backend', 'reference');
    expect([code, stderr]).toEqual([0, '']);
  });

  const changedCopy = (name: string): string => {
    const copy = join(folder, name);
    cpSync(trace, copy, { recursive: true });
    return copy;
  };

  it('writes each stage of each timestep', async () => {
    const layer = join(trace, 'call1/lstm_0');
    for (const [stage, dtype] of [
      ['input-accumulator', 'int32'],
      ['recurrent-accumulator', 'int32'],
      ['gate-sum', 'int16'],
      ['pre-activation', 'int16'],
      ['activation', 'int16'],
    ] as const) {
      expect((await readNpy(join(layer, `${stage}.npy`), dtype)).shape).toEqual([11, 2, 4, 33]);
    }
    expect((await readNpy(join(layer, 'cell.npy'), 'int16')).shape).toEqual([11, 2, 33]);
    // Time-major in a trace, and without projection the layer's output.
    const hidden = await readNpy(join(layer, 'hidden.npy'), 'int8');
    const output = await readNpy(join(CONFORMANCE, CASE, 'output1.npy'), 'int8');
    expect(hidden.shape).toEqual([11, 2, 33]);
    const [time, row] = [5, 1];
    expect(hidden.data.slice((time * 2 + row) * 33, (time * 2 + row + 1) * 33)).toEqual(
      output.data.slice((row * 11 + time) * 33, (row * 11 + time + 1) * 33),
    );
  });

  it('finds equal traces equal', async () => {
    expect(await octogate('diff', trace, trace)).toEqual({
      code: 0,
      stdout: `0 of ${2 * VALUES_PER_CALL} values differ\n`,
      stderr: '',
    });
  });

  it('names the first difference in the order of computation, and counts all', async () => {
    const other = changedCopy('other');
    const layer = join(other, 'call1/lstm_0');
    // [time, batch, gate, unit] of [11, 2, 4, 33]; the hidden state of a timestep before comes first.
    await change(join(layer, 'pre-activation.npy'), 'int16', ((3 * 2 + 1) * 4 + 2) * 33 + 7);
    await change(join(layer, 'input-accumulator.npy'), 'int32', ((4 * 2 + 0) * 4 + 0) * 33 + 0);
    await change(join(layer, 'activation.npy'), 'int16', ((3 * 2 + 0) * 4 + 0) * 33 + 0);
    const { data } = await readNpy(join(trace, 'call1/lstm_0/pre-activation.npy'), 'int16');
    const value = data[((3 * 2 + 1) * 4 + 2) * 33 + 7]!;
    const { code, stdout } = await octogate('diff', trace, other);
    expect(stdout.split('\n')[0]).toBe(
      'first difference: call 1, lstm_0, timestep 3, batch row 1, cell gate pre-activation, unit 7: ' +
        `${value} in ${trace}, ${value + 1} in ${other}`,
    );
    expect(stdout).toMatch(/^ {2}call 1 {2}lstm_0 {2}activation +1 {2}of 2904 values$/m);
    expect(lastLine(stdout)).toBe(`3 of ${2 * VALUES_PER_CALL} values differ`);
    expect(code).toBe(1);
  });

  it('looks at the outputs too', async () => {
    const other = changedCopy('output');
    await change(join(other, 'call0/output0.npy'), 'int8', 40);
    const { code, stdout } = await octogate('diff', trace, other, '--json');
    const { first, differing } = JSON.parse(stdout) as { first: unknown; differing: number };
    expect(first).toMatchObject({ call: 0, stage: 'output', unit: 40, timestep: null });
    expect([code, differing]).toEqual([1, 1]);
  });

  it('refuses what cannot be compared, with exit code 2', async () => {
    const oneCall = join(folder, 'one-call');
    await traceCase(CASE, [0], oneCall, '--backend', 'reference');
    expect(await octogate('diff', trace, oneCall)).toMatchObject({
      code: 2,
      stderr: 'octogate: the traces are not of the same model and inputs: calls: 2 in one, 1 in the other\n',
    });
    const otherModel = join(folder, 'other-model');
    await traceCase('1000-001-cifg', [0, 1], otherModel, '--backend', 'reference');
    const { code, stderr } = await octogate('diff', trace, otherModel);
    expect(stderr).toMatch(
      /^octogate: the traces are not of the same model and inputs: call 0: layers: [^\n]+\n$/,
    );
    expect(code).toBe(2);
    const missing = await octogate('diff', trace, join(folder, 'missing'));
    expect(missing.stderr).toMatch(/^octogate: [^\n]*trace\.json: no such file or folder\n$/);
    expect(missing.code).toBe(2);
  });
});

describeWithAdapter('octogate run --trace on WebGPU', () => {
  const folder = temporaryFolder();

  it.each(['step', 'sequence'])('sees what the reference sees, with --lstm %s', async (lstm) => {
    const [gpu, reference] = [join(folder, lstm), join(folder, `${lstm}-reference`)];
    const outcomes = await Promise.all([
      traceCase(CASE, [0, 1], gpu, '--lstm', lstm),
      traceCase(CASE, [0, 1], reference, '--backend', 'reference'),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    const { code, stdout } = await octogate('diff', gpu, reference);
    expect([code, stdout]).toEqual([0, `0 of ${2 * VALUES_PER_CALL} values differ\n`]);
  });
});
