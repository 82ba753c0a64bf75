import { beforeAll, expect, test } from 'vitest';
import { graphOf } from '../../src/conformance/case-graph';
import { FEW_KERNELS, generateCase } from '../../src/conformance/generate-case';
import { describeVerdict, isFailure, judgeCase } from '../../src/conformance/judge-case';
import { referenceLeg } from '../../src/conformance/leg';
import { pageLegs } from '../conformance/lab/browser-leg';
import { at } from '../../src/errors';
import { describeInBrowsers } from '../support/browser';
import { type LibraryServer, serveBuiltLibrary } from '../../scripts/browser/serve-library';

const SEED = 77;
const MODELS = 64;
/** Seconds after which no further model is begun: browsers compile kernels anew for every run, some of them slowly. */
const BUDGET_SECONDS = 60;
/** Run whatever they take: each variant once. */
const LEAST_MODELS = 16;

let server: LibraryServer;
beforeAll(async () => {
  server = await serveBuiltLibrary();
  return () => server.close();
});

describeInBrowsers('random models in a page', (openPage) => {
  test(`equal the reference: ${MODELS} models, or as many as fit into ${BUDGET_SECONDS} s (seed ${SEED})`, async () => {
    const reference = referenceLeg();
    const legs = (await pageLegs('page', await openPage('about:blank'), server.origin)).filter(
      ({ name }) => !name.includes('unpacked'),
    );
    const started = performance.now();
    const isInTime = (): boolean => performance.now() - started < 1000 * BUDGET_SECONDS;
    let [models, values] = [0, 0];
    const failures: string[] = [];
    for (; models < MODELS && (models < LEAST_MODELS || isInTime()); models++) {
      const conformanceCase = generateCase(SEED, models, FEW_KERNELS);
      const able = legs.filter((leg) => leg.excludes(graphOf(conformanceCase)) === null);
      // The turn of the legs shifts with every round through the variants, so that each variant meets each leg.
      const turn = at(able, (models + Math.floor(models / 16)) % able.length);
      for (const { leg, verdict } of await judgeCase(conformanceCase, reference, [turn])) {
        if (verdict.kind === 'compared') values += verdict.comparison.values;
        if (isFailure(verdict))
          failures.push(`${conformanceCase.name}, ${leg.name}: ${describeVerdict(verdict)}`);
      }
    }
    process.stdout.write(`${models} of ${MODELS} random models, ${values.toLocaleString('en')} values\n`);
    expect(failures).toEqual([]);
    expect(values).toBeGreaterThan(100 * models);
  }, 900_000);
});
