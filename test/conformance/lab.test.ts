import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNpy } from '../../src/cli/npy';
import type { Leg } from '../../src/conformance/leg';
import { octogateLeg } from '../../src/conformance/leg';
import { importTflite } from '../../src/import/tflite';
import { Octogate } from '../../src/index';
import { caseFolders } from '../support/case-folder';
import type { LabOptions } from './lab/options';
import { parseLabOptions, UsageError } from './lab/options';
import { runGenerated, runRecorded } from './lab/run-lab';
import type { Tally } from './lab/tally';

const CONFORMANCE = join(import.meta.dirname, '../../../shared/conformance');
const CLOCK = 1_700_000_123_456;
const honest = octogateLeg('honest', () => ({ backend: 'reference' }));

/** Wrong in the last value of the second call, if a layer has at least three units (its cell state is int16). */
const wrong: Leg = {
  name: 'A driver, step packed',
  excludes: () => null,
  async answer(written) {
    const answer = await honest.answer(written);
    const second = answer.outputs[1];
    if (second !== undefined && hasUnits(written.model, 3)) {
      second[second.length - 1]! ^= 1;
    }
    return answer;
  },
};

function hasUnits(model: Uint8Array, units: number): boolean {
  return importTflite(model).tensors.some(({ dtype, shape }) => dtype === 'int16' && shape.at(-1)! >= units);
}

const broken: Leg = {
  name: 'broken',
  excludes: ({ ops }) => (ops.length === 1 ? 'only stacked layers can break' : null),
  answer: () => Promise.reject(new Error('no such kernel')),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octogate-lab-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(legs: readonly Leg[], count: number): Promise<{ tally: Tally; lines: string[] }> {
  const lines: string[] = [];
  const options: LabOptions = {
    count,
    seeds: [4],
    first: 0,
    legs: [],
    cases: null,
    adapters: [],
    kernels: [],
    save: folder,
  };
  const tally = await runGenerated(options, legs, (line) => {
    // On a slow machine it tells how far it is.
    if (!line.startsWith('seed ')) lines.push(line);
  });
  return { tally, lines };
}

describe('the conformance lab', () => {
  test('counts every value of legs that agree', async () => {
    const { tally, lines } = await run([honest], 20);
    expect([tally.passed, tally.failed, tally.differing]).toEqual([20, 0, 0]);
    expect(tally.values).toBeGreaterThan(10_000);
    expect(lines).toEqual([]);
  });

  test('reduces a difference and saves it as a case that needs nothing of the lab', async () => {
    const { tally, lines } = await run([honest, wrong], 1);
    expect([tally.passed, tally.failed, tally.differing]).toEqual([0, 1, 1]);
    expect(lines[0]).toMatch(
      /^4-00000-plain\S*: A driver, step packed: 1 of \d+ values differ, first output 1 at /,
    );
    expect(lines[1]).toMatch(/reduced to 1 to 3 to 3, batch 1, 1 timesteps/);
    const [saved] = await readdir(folder);
    const path = (name: string) => join(folder, saved!, name);
    const model = await Octogate.load(await readFile(path('model.tflite')), { backend: 'reference' });
    const session = model.createSession();
    for (const call of [0, 1]) {
      const { data } = await readNpy(path(`input${call}.npy`), 'int8');
      const expected = await readNpy(path(`output${call}.npy`), 'int8');
      expect(await session.run(data)).toEqual(expected.data);
      expect(expected.shape).toHaveLength(3);
    }
    expect(existsSync(path('input2.npy'))).toBe(false);
    expect(JSON.parse(await readFile(path('meta.json'), 'utf8'))).toMatchObject({
      leg: wrong.name,
      problem: expect.stringMatching(/^1 of \d+ values differ/) as unknown,
      batch: 1,
      time: 1,
      n_input: 1,
      layers: [{ n_cell: 3, n_output: 3 }],
    });
  });

  test('counts a leg that throws as failed, and what a leg cannot judge as excluded', async () => {
    const { tally, lines } = await run([broken], 30);
    expect(tally.passed).toBeGreaterThan(0);
    expect(tally.failed).toBeGreaterThan(0);
    expect(lines.some((line) => line.endsWith('broken: no such kernel'))).toBe(true);
    const [header, row] = tally.lines().map((line) => line.trim().split(/\s{2,}/));
    expect(header).toEqual(['leg', 'cases', 'excluded', 'failed', 'values', 'differing']);
    expect(row).toEqual(['broken', '0', String(tally.passed), String(tally.failed), '0', '0']);
  });
});

describe('recorded cases', () => {
  test('are compared with what they record, the reference too', async () => {
    const folders = (await caseFolders(CONFORMANCE)).slice(0, 16);
    const lines: string[] = [];
    const tally = await runRecorded(folders, [honest, wrong], (line) => lines.push(line));
    expect(tally.passed).toBe(folders.length - lines.length);
    expect(lines.length).toBeGreaterThan(8);
    expect(
      lines.every((line) => / A driver, step packed: 1 of \d+ values differ, first output 1 at /.test(line)),
    ).toBe(true);
  });

  test('have to be there', async () => {
    await expect(caseFolders(join(folder, 'none'))).rejects.toThrow('no such folder of cases');
    await expect(caseFolders(tmpdir())).rejects.toThrow('no case found');
  });
});

describe('its command line', () => {
  test('has defaults, and a seed of the clock', () => {
    expect(parseLabOptions([], CLOCK)).toEqual({
      count: 200,
      seeds: [123_456],
      first: 0,
      cases: null,
      legs: ['tflite', 'webgpu'],
      adapters: [],
      kernels: [],
      save: 'test/known-issues',
    });
  });

  test('takes several seeds and legs', () => {
    const args = ['--seed', '1', '--seed', '2', '--leg', 'tflite', '--count', '7', '--first', '3'];
    expect(parseLabOptions(args, CLOCK)).toMatchObject({
      seeds: [1, 2],
      legs: ['tflite'],
      count: 7,
      first: 3,
    });
    expect(parseLabOptions(['--help'], CLOCK)).toBeNull();
  });

  test.each([
    ['--count', 'many'],
    ['--seed', '-1'],
    ['--leg', 'cuda'],
    ['--sed', '1'],
  ])('refuses %s %s', (...args) => {
    expect(() => parseLabOptions(args, CLOCK)).toThrow(UsageError);
  });
});
