import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { parseCallInput } from '../../src/cli/call-arguments';
import { readNpy, writeNpy } from '../../src/cli/npy';
import { InputError } from '../../src/errors';
import { exportTflite } from '../../src/export/tflite';
import { GraphBuilder } from '../support/graph-builder';
import { lastLine, octogate, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

describe('the files of a call', () => {
  const end = (name: string): { name: string; dtype: 'int8'; shape: []; quantization: null } => ({
    name,
    dtype: 'int8',
    shape: [],
    quantization: null,
  });
  const one = { inputs: [end('x')] };
  const two = { inputs: [end('x:0'), end('y')] };

  it('are a path for a model with one input, which may be named', () => {
    expect(parseCallInput('a=b,c.npy', one)).toEqual(['a=b,c.npy']);
    expect(parseCallInput('x=a.npy', one)).toEqual(['a.npy']);
  });

  it('are named where there are several, in any order', () => {
    expect(parseCallInput('y=b=1.npy,x:0=a.npy', two)).toEqual(['a.npy', 'b=1.npy']);
  });

  it.each([
    ['a.npy', '"a.npy" names no input'],
    ['x:0=a.npy', 'no file for "y"'],
    ['x:0=a.npy,x:0=b.npy', '"x:0" is given twice'],
  ])('are refused: %s', (argument, problem) => {
    expect(() => parseCallInput(argument, two)).toThrow(
      new InputError(`--input: ${problem}; expected --input x:0=FILE,y=FILE`),
    );
  });
});

describe('a model with two inputs and two outputs', () => {
  const folder = temporaryFolder();
  const model = join(folder, 'model.tflite');
  beforeAll(async () => {
    // Sum and difference at scale 1/16 like the inputs.
    const builder = new GraphBuilder();
    const [left, right] = [builder.input([1, 4]), builder.input([1, 4])];
    const outputs = (['add', 'subtract'] as const).map((operation) => {
      const output = builder.tensor([1, 4]);
      builder.op({ kind: 'binary', operation, left, right, output, activation: 'none' });
      return output;
    });
    writeFileSync(model, exportTflite(builder.graph(outputs)));
    const write = (name: string, data: number[]): Promise<void> =>
      writeNpy(join(folder, name), { shape: [2, 4], data: Int8Array.from(data) });
    await write('input0-0.npy', [1, 2, 3, 4, 5, 6, 7, 8]);
    await write('input0-1.npy', [8, 6, 4, 2, 0, -2, -4, -128]);
    await write('output0-0.npy', [9, 8, 7, 6, 5, 4, 3, -120]);
    await write('output0-1.npy', [-7, -4, -1, 2, 5, 8, 11, 127]);
  });

  it('runs on named files', async () => {
    const output = join(folder, 'out');
    const inputs = `t1=${join(folder, 'input0-1.npy')},t0=${join(folder, 'input0-0.npy')}`;
    const { code } = await octogate('run', model, '--input', inputs, '-o', output, '--backend', 'reference');
    expect(code).toBe(0);
    for (const name of ['output0-0.npy', 'output0-1.npy']) {
      expect(await readNpy(join(output, name), 'int8')).toEqual(await readNpy(join(folder, name), 'int8'));
    }
  });

  it('is a case with numbered files', async () => {
    const passing = await octogate('verify', folder, '--backend', 'reference');
    expect(lastLine(passing.stdout)).toBe('1 passed, 0 failed');
    const path = join(folder, 'output0-1.npy');
    const bytes = readFileSync(path);
    bytes.writeInt8(12, bytes.length - 2);
    writeFileSync(path, bytes);
    const failing = await octogate('verify', folder, '--backend', 'reference');
    expect(failing.stdout).toContain(
      'output0-1.npy [1, 2] (batch 1, feature 2): expected 12, got 11; 1 of 8 values differ',
    );
    expect(failing.code).toBe(1);
  });
});
