import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { ROOT } from '../support/repository';
import { CONFORMANCE, octogate, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

const CASE = '1000-000-plain';
const DIGITS = join(ROOT, 'models/digits.tflite');

it('writes what it found, which other commands take, and they refuse what is no tuning', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'tuning.json');
  const { code, stdout } = await octogate('tune', DIGITS, '--seconds', '2', '--repeats', '1', '-o', file);
  expect(code).toBe(0);
  expect(stdout).toContain(`written to ${file}`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ format: 'octogate-tuning', version: 1 });
  const taken = await octogate('verify', join(CONFORMANCE, CASE), '--tuning', file);
  expect(taken).toMatchObject({ code: 0, stdout: expect.stringContaining('1 passed, 0 failed') as string });
  const refused = await octogate('verify', join(CONFORMANCE, CASE), '--tuning', DIGITS);
  expect(refused.code).not.toBe(0);
  expect(refused.stdout + refused.stderr).toContain('the tuning is no JSON');
});
