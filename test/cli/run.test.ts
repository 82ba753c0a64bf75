import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { readNpy, writeNpy } from '../../src/cli/npy';
import type { NpyData } from '../../src/data';
import { importTflite } from '../../src/import/tflite';
import { describeWithAdapter } from '../support/gpu';
import { ROOT } from '../support/repository';
import { readCaseModel } from '../support/shared-models';
import { CONFORMANCE, lastLine, octogate, octogateIn, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

/** `[batch 2, time 11, 100]` to 33 units. */
const CASE = '1000-000-plain';
const MODEL = join(CONFORMANCE, CASE, 'model.tflite');
const INPUTS = [0, 1].map((call) => join(CONFORMANCE, CASE, `input${call}.npy`));
const SHARED = join(ROOT, '../shared');

async function expectSame(found: string, expected: string): Promise<void> {
  expect(await readNpy(found, 'int8')).toEqual(await readNpy(expected, 'int8'));
}

function defineRunTests(...options: readonly string[]): void {
  const folder = temporaryFolder();

  it('carries the state from call to call', async () => {
    const { code, stdout } = await octogate(
      ...['run', MODEL, '--input', INPUTS[0]!, '--input', INPUTS[1]!, '--output-dir', join(folder, 'out')],
      ...options,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('int8 [2, 11, 33]');
    for (const call of [0, 1]) {
      await expectSame(join(folder, `out/output${call}.npy`), join(CONFORMANCE, CASE, `output${call}.npy`));
    }
  });

  it('gives real values with --float', async () => {
    const { code } = await octogate(
      'run',
      MODEL,
      '-i',
      INPUTS[0]!,
      '-o',
      join(folder, 'float'),
      '--float',
      ...options,
    );
    expect(code).toBe(0);
    const { shape, data } = await readNpy(join(folder, 'float/output0.npy'), 'float32');
    const { data: integers } = await readNpy(join(CONFORMANCE, CASE, 'output0.npy'), 'int8');
    const graph = importTflite(readCaseModel(CASE));
    const { scales, zeroPoints } = graph.tensors[graph.outputs[0]!]!.quantization!;
    expect(shape).toEqual([2, 11, 33]);
    expect(data).toEqual(Float32Array.from(integers, (value) => (value - zeroPoints[0]!) * scales[0]!));
  });

  it('quantizes real inputs by the model', async () => {
    const { shape, data } = await readNpy(INPUTS[0]!, 'int8');
    const graph = importTflite(readCaseModel(CASE));
    const { scales, zeroPoints } = graph.tensors[graph.inputs[0]!]!.quantization!;
    const real = Float32Array.from(data, (value) => (value - zeroPoints[0]!) * scales[0]!);
    await writeNpy(join(folder, 'real.npy'), { shape, data: real });
    const { code } = await octogate(
      'run',
      MODEL,
      '-i',
      join(folder, 'real.npy'),
      '-o',
      join(folder, 'real'),
      ...options,
    );
    expect(code).toBe(0);
    await expectSame(join(folder, 'real/output0.npy'), join(CONFORMANCE, CASE, 'output0.npy'));
  });
}

describe('octogate run on the reference', () => {
  defineRunTests('--backend', 'reference');
});

describeWithAdapter('octogate run on WebGPU', () => {
  defineRunTests();
  const folder = temporaryFolder();

  it.each(['sample', 'every'])('holds itself to the reference with --check %s', async (check) => {
    const { code } = await octogate(
      'run',
      MODEL,
      '-i',
      INPUTS[0]!,
      '-o',
      join(folder, check),
      '--check',
      check,
    );
    expect(code).toBe(0);
    await expectSame(join(folder, check, 'output0.npy'), join(CONFORMANCE, CASE, 'output0.npy'));
  });

  it.each([
    ['mnist_lstm_int8', ['mnist/samples'], ['mnist/expected']],
    ['micro_speech_lstm_int8', ['micro_speech/yes'], ['micro_speech/yes_expected']],
    ['micro_speech_lstm_int8', ['micro_speech/no'], ['micro_speech/no_expected']],
    ['dtln_stage1_int8', ['dtln/input', 'dtln/input'], ['dtln/expected_call1', 'dtln/expected_call2']],
  ])("runs other people's %s on %s", async (model, inputs, expected) => {
    const output = join(folder, inputs[0]!);
    const { code } = await octogate(
      ...['run', join(SHARED, 'models/tflite-micro', `${model}.tflite`), '-o', output],
      ...inputs.flatMap((input) => ['--input', join(SHARED, 'data', `${input}.npy`)]),
    );
    expect(code).toBe(0);
    for (const [call, name] of expected.entries()) {
      await expectSame(join(output, `output${call}.npy`), join(SHARED, 'data', `${name}.npy`));
    }
  });
});

describe('octogate run refuses in one line, with exit code 2,', () => {
  const folder = temporaryFolder();

  const npy = async (name: string, shape: readonly number[], data: NpyData): Promise<string> => {
    const path = join(folder, `${name}.npy`);
    await writeNpy(path, { shape, data });
    return path;
  };
  const file = (name: string, bytes: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const refuses = async (expected: RegExp, ...args: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await octogate(
      'run',
      ...args,
      '-o',
      join(folder, 'out'),
      '--backend',
      'reference',
    );
    expect(stderr).toMatch(/^octogate: [^\n]+\n$/);
    expect(stderr).toMatch(expected);
    expect([code, stdout]).toEqual([2, '']);
  };

  it('inputs of another type or shape', async () => {
    const int16 = await npy('int16', [2, 11, 100], new Int16Array(2200));
    await refuses(/int16\.npy: dtype int16 found, int8 or float32 expected/, MODEL, '-i', int16);
    const narrow = await npy('narrow', [2, 11, 99], new Int8Array(2178));
    await refuses(
      /narrow\.npy: input "x": shape \[2, 11, 99\] found, \[batch, time, 100\] expected/,
      ...[MODEL, '-i', narrow],
    );
    const flat = await npy('flat', [2200], new Int8Array(2200));
    await refuses(/shape \[2200\] found, \[batch, time, 100\] expected/, MODEL, '-i', flat);
    const empty = await npy('empty', [2, 0, 100], new Int8Array());
    await refuses(/at least 1 in each dimension/, MODEL, '-i', empty);
  });

  it('a later call of another batch', async () => {
    const wide = await npy('wide', [3, 11, 100], new Int8Array(3300));
    await refuses(/wide\.npy: batch 3 found, but the first call's is 2/, MODEL, '-i', INPUTS[0]!, '-i', wide);
  });

  it('real inputs that are no numbers', async () => {
    const values = new Float32Array(1100).fill(0.5);
    values[17] = NaN;
    const nan = await npy('nan', [1, 11, 100], values);
    await refuses(/nan\.npy: value 17 is not a number/, MODEL, '-i', nan);
  });

  it('arrays that are damaged, or no arrays', async () => {
    const whole = readFileSync(INPUTS[0]!);
    await refuses(/the header says shape/, MODEL, '-i', file('short.npy', whole.subarray(0, -5)));
    await refuses(/not a readable \.npy file/, MODEL, '-i', file('header.npy', whole.subarray(0, 20)));
    await refuses(/not a readable \.npy file/, MODEL, '-i', file('empty-file.npy', ''));
    await refuses(
      /not a readable \.npy file/,
      MODEL,
      '-i',
      file('text.npy', 'rows of words, and no numbers'),
    );
    const columns = whole.toString('latin1').replace("'fortran_order': False", "'fortran_order': True ");
    await refuses(/column-major order/, MODEL, '-i', file('columns.npy', Buffer.from(columns, 'latin1')));
    await refuses(/missing\.npy: no such file/, MODEL, '-i', join(folder, 'missing.npy'));
  });

  it('models that are damaged, or no models', async () => {
    const model = readCaseModel(CASE);
    await refuses(/damaged or truncated/, file('half.tflite', model.subarray(0, 5000)), '-i', INPUTS[0]!);
    await refuses(/0 bytes, too few/, file('empty.tflite', ''), '-i', INPUTS[0]!);
    await refuses(/missing\.tflite: no such file/, join(folder, 'missing.tflite'), '-i', INPUTS[0]!);
    await refuses(/quantize/, join(SHARED, 'models/tflite-micro/mnist_lstm_float.tflite'), '-i', INPUTS[0]!);
  });

  it('options that contradict each other', async () => {
    await refuses(/--adapter is for the backend webgpu/, MODEL, '-i', INPUTS[0]!, '--adapter', 'any');
    await refuses(/--dot is for the backend webgpu/, MODEL, '-i', INPUTS[0]!, '--dot', 'packed');
  });

  it('an output folder that is a file', async () => {
    const { code, stderr } = await octogate(
      'run',
      MODEL,
      '-i',
      INPUTS[0]!,
      '-o',
      INPUTS[1]!,
      '--backend',
      'reference',
    );
    expect(stderr).toMatch(/^octogate: .*input1\.npy: a file, where a folder is expected\n$/);
    expect(code).toBe(2);
  });

  it('WebGPU where there is no driver, and says what to install', async () => {
    const { code, stderr } = await octogateIn(
      { OCTOGATE_DRIVER: 'system', VK_DRIVER_FILES: '/nonexistent.json' },
      ...['run', MODEL, '-i', INPUTS[0]!, '-o', join(folder, 'out')],
    );
    expect(lastLine(stderr)).toMatch(/^octogate: no WebGPU adapter: .*[Ii]nstall/);
    expect(code).toBe(2);
  });
});
