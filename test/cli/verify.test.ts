import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { importTflite } from '../../src/import/tflite';
import { describeWithAdapter } from '../support/gpu';
import { CONFORMANCE_CASES } from '../support/shared-models';
import { CONFORMANCE, copyCase, lastLine, octogate, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

/** One layer, batch 2, 11 timesteps, 33 units. */
const CASE = '1000-000-plain';
const PLAIN_CASES = CONFORMANCE_CASES.filter((name) => /-plain(-2l)?$/.test(name)).map((name) =>
  join(CONFORMANCE, name),
);

/** Changes one byte of a file. */
function flip(path: string, offset: number, change: (byte: number) => number): void {
  const bytes = readFileSync(path);
  bytes[offset] = change(bytes[offset]!);
  writeFileSync(path, bytes);
}

/** Where the weights of the cell gate's input side lie in a model file. */
function cellWeightsOffset(model: Buffer): number {
  const graph = importTflite(model);
  const lstm = graph.ops.find((op) => op.kind === 'lstm')!;
  const { data } = graph.tensors[lstm.directions[0].gates.cell.inputWeights]!;
  return model.indexOf(Buffer.from(data!.buffer, data!.byteOffset, data!.byteLength));
}

function defineFaultTests(...options: readonly string[]): void {
  const folder = temporaryFolder();

  it('passes every plain case', async () => {
    const { code, stdout } = await octogate('verify', ...PLAIN_CASES, ...options);
    expect(lastLine(stdout)).toBe(`${PLAIN_CASES.length} passed, 0 failed`);
    expect(code).toBe(0);
  });

  it('names the value of an expected output with another byte', async () => {
    const changed = copyCase(CASE, join(folder, 'output'));
    const path = join(changed, 'output1.npy');
    // [batch 1, time 4, feature 7] of [2, 11, 33], after a header of 128 bytes.
    const offset = 128 + (1 * 11 + 4) * 33 + 7;
    const right = readFileSync(path).readInt8(offset);
    flip(path, offset, (byte) => byte ^ 1);
    const wrong = readFileSync(path).readInt8(offset);
    const { code, stdout } = await octogate('verify', changed, ...options);
    expect(stdout).toContain(
      `FAIL output: call 1, output1.npy [1, 4, 7] (batch 1, time 4, feature 7): expected ${wrong}, got ${right}; ` +
        '1 of 726 values differ',
    );
    expect(lastLine(stdout)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });

  it('names the first value that another byte of a weight changes', async () => {
    const changed = copyCase(CASE, join(folder, 'weight'));
    const path = join(changed, 'model.tflite');
    flip(path, cellWeightsOffset(readFileSync(path)), (byte) => byte ^ 64);
    const { code, stdout } = await octogate('verify', changed, ...options);
    expect(stdout).toMatch(
      /^FAIL weight: call 0, output0\.npy \[\d+, \d+, 0\] \(batch \d+, time \d+, feature 0\): expected -?\d+, got -?\d+; /m,
    );
    expect(lastLine(stdout)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });
}

describe('octogate verify on the reference', () => {
  defineFaultTests('--backend', 'reference');
  const folder = temporaryFolder();

  it('passes every conformance case', async () => {
    const { code, stdout } = await octogate('verify', CONFORMANCE, '--backend', 'reference');
    expect(lastLine(stdout)).toBe(`${CONFORMANCE_CASES.length} passed, 0 failed`);
    expect(code).toBe(0);
  });

  it('counts a case that cannot run as failed, and runs the others', async () => {
    const cases = join(folder, 'mixed');
    copyCase(CASE, join(cases, 'sound'));
    const damaged = copyCase(CASE, join(cases, 'damaged'));
    writeFileSync(
      join(damaged, 'model.tflite'),
      readFileSync(join(damaged, 'model.tflite')).subarray(0, 5000),
    );
    const incomplete = copyCase(CASE, join(cases, 'incomplete'));
    rmSync(join(incomplete, 'output1.npy'));
    const { code, stdout, stderr } = await octogate('verify', cases, '--backend', 'reference');
    expect(stdout).toMatch(/^FAIL damaged: .*damaged or truncated/m);
    expect(stdout).toMatch(/^FAIL incomplete: .*output1\.npy: no such file or folder$/m);
    expect(lastLine(stdout)).toBe('1 passed, 2 failed');
    expect([code, stderr]).toEqual([1, '']);
  });

  it('fails a case whose expected output has another shape', async () => {
    const changed = copyCase(CASE, join(folder, 'shape'));
    const path = join(changed, 'output0.npy');
    const bytes = readFileSync(path);
    writeFileSync(
      path,
      Buffer.from(bytes.toString('latin1').replace('(2, 11, 33)', '(11, 2, 33)'), 'latin1'),
    );
    const { code, stdout } = await octogate('verify', changed, '--backend', 'reference');
    expect(stdout).toContain('output0.npy: shape [11, 2, 33] found, but the model gives [2, 11, 33]');
    expect(code).toBe(1);
  });

  it('prints JSON', async () => {
    const { stdout } = await octogate('verify', join(CONFORMANCE, CASE), '--backend', 'reference', '--json');
    expect(JSON.parse(stdout)).toEqual({
      backend: 'reference',
      adapter: null,
      driver: null,
      kernels: null,
      lstmPaths: null,
      activations: null,
      cases: [{ name: CASE, passed: true, calls: 2, compared: 2 * 726, difference: null, error: null }],
      passed: 1,
      failed: 0,
    });
  });

  it('exits with 2 where there is no case', async () => {
    mkdirSync(join(folder, 'empty'));
    for (const path of [join(folder, 'empty'), join(folder, 'missing')]) {
      const { code, stdout, stderr } = await octogate('verify', path);
      expect(stderr).toMatch(/^octogate: .*(no case found|no such file or folder).*\n$/);
      expect([code, stdout]).toEqual([2, '']);
    }
  });
});

describeWithAdapter('octogate verify on WebGPU', () => {
  defineFaultTests();

  it('says what ran', async () => {
    const { stdout } = await octogate(
      'verify',
      join(CONFORMANCE, CASE),
      '--json',
      '--lstm',
      'step',
      '--dot',
      'unpacked',
    );
    const adapters = JSON.parse((await octogate('adapters', '--json')).stdout) as {
      name: string;
      driver: string;
    }[];
    expect(JSON.parse(stdout)).toMatchObject({
      backend: 'webgpu',
      adapter: adapters[0]!.name,
      driver: adapters[0]!.driver,
      kernels: { dot: 'unpacked' },
      lstmPaths: ['step'],
      activations: ['computed'],
      passed: 1,
    });
  });
});
