import { expect, test } from 'vitest';
import type { ConformanceCase } from '../../src/conformance/conformance-case';
import { generateCase } from '../../src/conformance/generate-case';
import { writeCase } from '../../src/conformance/judge-case';
import { referenceLeg } from '../../src/conformance/leg';
import { reduceCase } from '../../src/conformance/reduce-case';

const SEED = 3;
const reference = referenceLeg();

/** Every case that is tried has to be a model that runs. */
async function answers(conformanceCase: ConformanceCase): Promise<Int8Array[]> {
  return [...(await reference.answer(writeCase(conformanceCase))).outputs];
}

test.each(Array.from({ length: 16 }, (_, index) => index))(
  `what fails always is reduced to one of each, as a model that runs (seed ${SEED}, case %i)`,
  async (index) => {
    const reduced = await reduceCase(
      generateCase(SEED, index),
      async (candidate) => (await answers(candidate)).length > 0,
      { mostAttempts: 500 },
    );
    const [layer] = reduced.layers;
    expect([reduced.calls.length, reduced.layers.length, reduced.batch, reduced.timesteps]).toEqual([
      1, 1, 1, 1,
    ]);
    expect([layer.inputs, layer.units, layer.outputs]).toEqual([1, 1, 1]);
    expect((await answers(reduced))[0]).toHaveLength(1);
  },
);

test('no more is cut than the failure allows', async () => {
  const allows = ({ timesteps, batch, layers }: ConformanceCase): boolean =>
    timesteps >= 2 && batch >= 3 && layers[0].units >= 5;
  const generated = Array.from({ length: 50 }, (_, index) => generateCase(SEED, index)).find(allows)!;
  const reduced = await reduceCase(generated, (candidate) => Promise.resolve(allows(candidate)), {
    mostAttempts: 500,
  });
  expect([reduced.timesteps, reduced.batch, reduced.layers[0].units]).toEqual([2, 3, 5]);
});

test('attempts are bounded', async () => {
  let attempts = 0;
  await reduceCase(
    generateCase(SEED, 1),
    () => {
      attempts += 1;
      return Promise.resolve(false);
    },
    { mostAttempts: 10 },
  );
  expect(attempts).toBe(10);
});
