import { describe, expect, test } from 'vitest';
import type { ConformanceCase } from '../../src/conformance/conformance-case';
import { generateCase } from '../../src/conformance/generate-case';
import { writeCase } from '../../src/conformance/judge-case';
import { referenceLeg } from '../../src/conformance/leg';
import { rowIndex } from '../../src/conformance/sequence-rows';
import { keepBatchRows, keepTimesteps } from '../../src/conformance/subset';

const SEED = 5;
const reference = referenceLeg();

/** Outputs of all calls, one row of units per call, batch row and timestep. */
async function outputRows(conformanceCase: ConformanceCase): Promise<Int8Array[][][]> {
  const { batch, timesteps, order, layers } = conformanceCase;
  const { outputs } = layers.at(-1)!;
  const rowOf = rowIndex(order, batch, timesteps);
  const answer = await reference.answer(writeCase(conformanceCase));
  return answer.outputs.map((values) =>
    Array.from({ length: batch }, (_, batchRow) =>
      Array.from({ length: timesteps }, (_, timestep) => {
        const row = rowOf(timestep, batchRow);
        return values.slice(row * outputs, (row + 1) * outputs);
      }),
    ),
  );
}

const cases = Array.from({ length: 60 }, (_, index) => generateCase(SEED, index)).filter(
  ({ batch, timesteps }) => batch >= 3 && timesteps >= 4,
);

describe.each(cases.slice(0, 12))('$name, $order', (conformanceCase) => {
  test('batch rows compute what they computed among others', async () => {
    const [kept, all] = [
      await outputRows(keepBatchRows(conformanceCase, [2, 0])),
      await outputRows(conformanceCase),
    ];
    expect(kept).toEqual(all.map((rows) => [rows[2], rows[0]]));
  });

  test('the first timesteps compute what they computed before others', async () => {
    const [kept, all] = [
      await outputRows(keepTimesteps(conformanceCase, 3)),
      await outputRows(conformanceCase),
    ];
    expect(kept[0]).toEqual(all[0]!.map((row) => row.slice(0, 3)));
  });
});
