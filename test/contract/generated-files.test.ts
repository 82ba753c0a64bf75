import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from '../support/repository';

const run = promisify(execFile);

it.each([
  ['shaders/generated/constants.wgsl is what src/arith/constants.ts says', 'generate-shader-constants.mjs'],
  ['src/import/tflite/generated belongs to its schema', 'generate-flatbuffers.mjs'],
])('%s', async (_, script) => {
  const { stderr } = await run(process.execPath, [`scripts/${script}`, '--check'], { cwd: ROOT });
  expect(stderr).toBe('');
});
