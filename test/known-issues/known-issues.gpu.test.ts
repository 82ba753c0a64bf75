import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareAnswers } from '../../src/conformance/compare';
import { isFailure, judgeAnswers } from '../../src/conformance/judge-case';
import { referenceLeg } from '../../src/conformance/leg';
import { openLegs } from '../conformance/lab/open-legs';
import { readRecordedCase } from '../support/case-folder';

const FOLDER = import.meta.dirname;
const ISSUES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/**
 * Each folder here is a case that the conformance lab reduced: what a leg gets wrong and nobody has fixed yet. It has to
 * stay wrong; once it is right, its folder moves to the fix's regression test.
 */
describe('known issues', () => {
  test('are cases that the reference still answers as it did', async () => {
    const reference = referenceLeg();
    for (const name of ISSUES) {
      const { written, expected } = await readRecordedCase(join(FOLDER, name));
      const { differing } = compareAnswers(expected, await reference.answer(written));
      expect(differing, name).toBe(0);
    }
  });

  for (const name of ISSUES) {
    const { leg: legName } = JSON.parse(readFileSync(join(FOLDER, name, 'meta.json'), 'utf8')) as {
      leg: string;
    };
    test(`${name} is still wrong on ${legName}`, async (context) => {
      const { legs } = await openLegs({ legs: ['tflite', 'webgpu'], adapters: [], kernels: [] });
      const leg = legs.find((other) => other.name === legName);
      if (leg === undefined) {
        context.skip(`this machine has no ${legName}`);
        return;
      }
      const { written, expected } = await readRecordedCase(join(FOLDER, name));
      const [judged] = await judgeAnswers(written, expected, [leg]);
      expect(isFailure(judged!.verdict)).toBe(true);
    });
  }
});
