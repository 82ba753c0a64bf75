import { expect, test } from 'vitest';
import { graphOf } from '../../src/conformance/case-graph';
import { FEW_KERNELS, generateCase } from '../../src/conformance/generate-case';
import { describeVerdict, isFailure, judgeCase } from '../../src/conformance/judge-case';
import type { Leg } from '../../src/conformance/leg';
import { referenceLeg } from '../../src/conformance/leg';
import { webgpuLegs } from '../../src/conformance/webgpu-legs';
import { at } from '../../src/errors';
import { createNodeGpu } from '../../src/node';
import { describeWithAdapter } from '../support/gpu';

const SEED = 2026;
const MODELS = 200;
/** Seconds after which no further model is begun: SwiftShader is slow, and a new machine has all kernels to compile. */
const BUDGET_SECONDS = Number(process.env['OCTOGATE_CONFORMANCE_SECONDS'] ?? 90);
/** Run whatever they take: each variant three times. */
const LEAST_MODELS = 48;
/** One configuration of each way through the recurrence; together they have every way to multiply and to load rows. */
const KERNELS = [
  'step packed subgroup computed',
  'sequence unpacked plain computed',
  'resident packed subgroup table',
  'step unpacked plain computed',
  'frame packed subgroup computed',
  'step packed subgroup table',
  'wavefront packed subgroup computed',
];

describeWithAdapter('random models on WebGPU', () => {
  test(`equal the reference: ${MODELS} models, or as many as fit into ${BUDGET_SECONDS} s (seed ${SEED})`, async () => {
    const reference = referenceLeg();
    const all = await webgpuLegs('default adapter', await createNodeGpu());
    const legs = all.filter(({ name }) => KERNELS.some((kernels) => name.endsWith(kernels)));
    const started = performance.now();
    let [models, values] = [0, 0];
    const failures: string[] = [];
    while (
      models < MODELS &&
      (models < LEAST_MODELS || performance.now() - started < 1000 * BUDGET_SECONDS)
    ) {
      const conformanceCase = generateCase(SEED, models, FEW_KERNELS);
      const able = legs.filter((leg) => leg.excludes(graphOf(conformanceCase)) === null);
      // The turn of the legs shifts with every round through the variants, so that each variant meets each leg.
      const leg: Leg = at(able, (models + Math.floor(models / 16)) % able.length);
      const [judged] = await judgeCase(conformanceCase, reference, [leg]);
      const { verdict } = judged!;
      if (verdict.kind === 'compared') values += verdict.comparison.values;
      if (isFailure(verdict))
        failures.push(`${conformanceCase.name}, ${leg.name}: ${describeVerdict(verdict)}`);
      models += 1;
    }
    process.stdout.write(
      `${models} of ${MODELS} random models, ${values.toLocaleString('en')} values, ` +
        `${Math.round((performance.now() - started) / 1000)} s\n`,
    );
    expect(failures).toEqual([]);
    expect(values).toBeGreaterThan(100 * models);
  }, 900_000);
});
