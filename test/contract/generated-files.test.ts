import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from '../support/repository';

const run = promisify(execFile);

it('shaders/generated/constants.wgsl is what src/arith/constants.ts says', async () => {
  const { stderr } = await run(process.execPath, ['scripts/generate-shader-constants.mjs', '--check'], {
    cwd: ROOT,
  });
  expect(stderr).toBe('');
});
