import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readNpy } from '../../src/cli/npy';
import { compareAnswers } from '../../src/conformance/compare';
import { compareLeg, isFailure } from '../../src/conformance/judge-case';
import type { Answer, WrittenCase } from '../../src/conformance/leg';
import { octogateLeg } from '../../src/conformance/leg';
import { openLegs } from '../conformance/lab/open-legs';

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
    const reference = octogateLeg('reference', { backend: 'reference' });
    for (const name of ISSUES) {
      const { written, expected } = await readIssue(name);
      const { differing } = compareAnswers(expected, await reference.answer(written));
      expect(differing, name).toBe(0);
    }
  });

  for (const name of ISSUES) {
    const { leg: legName } = JSON.parse(readFileSync(join(FOLDER, name, 'meta.json'), 'utf8')) as {
      leg: string;
    };
    test(`${name} is still wrong on ${legName}`, async (context) => {
      const legs = await openLegs({ legs: ['tflite', 'webgpu'], adapters: [], kernels: [] });
      const leg = legs.find((other) => other.name === legName);
      if (leg === undefined) {
        context.skip(`this machine has no ${legName}`);
        return;
      }
      const { written, expected } = await readIssue(name);
      expect(isFailure(await compareLeg(leg, written, expected))).toBe(true);
    });
  }
});

async function readIssue(name: string): Promise<{ written: WrittenCase; expected: Answer }> {
  const folder = join(FOLDER, name);
  const calls = readdirSync(folder).filter((file) => /^input\d+\.npy$/.test(file)).length;
  const read = async (stem: string): Promise<Int8Array[]> => {
    const arrays = await Promise.all(
      Array.from({ length: calls }, (_, call) => readNpy(join(folder, `${stem}${call}.npy`), 'int8')),
    );
    return arrays.map(({ data }) => Int8Array.from(data));
  };
  return {
    written: {
      model: new Uint8Array(readFileSync(join(folder, 'model.tflite'))),
      calls: await read('input'),
    },
    expected: { outputs: await read('output'), state: null },
  };
}
