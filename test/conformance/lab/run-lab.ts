import type { ConformanceCase } from '../../../src/conformance/conformance-case';
import { generateCase } from '../../../src/conformance/generate-case';
import { describeVerdict, isFailure, judgeCase } from '../../../src/conformance/judge-case';
import type { JudgedLeg, Verdict } from '../../../src/conformance/judge-case';
import type { Leg } from '../../../src/conformance/leg';
import { octogateLeg } from '../../../src/conformance/leg';
import { reduceCase } from '../../../src/conformance/reduce-case';
import { saveKnownIssue } from './known-issue';
import type { LabOptions } from './options';
import { formatCount, Tally } from './tally';

const PROGRESS_MS = 10_000;
/** Failures that are reduced; more of them would be the same mistake again. */
const MOST_REDUCED = 5;
const MOST_ATTEMPTS = 400;

/**
 * Runs every case of every seed on every leg, and reports as it goes.
 *
 * @returns how many cases passed and failed
 */
export async function runLab(
  { seeds, first, count, save }: LabOptions,
  legs: readonly Leg[],
  print: (line: string) => void,
): Promise<Tally> {
  const reference = octogateLeg('reference', { backend: 'reference' });
  const tally = new Tally(legs);
  let reduced = 0;
  let printed = performance.now();
  for (const seed of seeds) {
    for (let index = first; index < first + count; index++) {
      const conformanceCase = generateCase(seed, index);
      const judged = await judgeCase(conformanceCase, reference, legs);
      tally.add(judged);
      for (const failing of judged.filter(({ verdict }) => isFailure(verdict))) {
        print(`${conformanceCase.name}: ${failing.leg.name}: ${describeVerdict(failing.verdict)}`);
        if (reduced++ < MOST_REDUCED) await reduceAndSave(conformanceCase, failing, reference, save, print);
      }
      if (performance.now() - printed < PROGRESS_MS) continue;
      printed = performance.now();
      print(
        `seed ${seed}: ${index + 1 - first} of ${count} cases, ` +
          `${formatCount(tally.differing)} of ${formatCount(tally.values)} values differ`,
      );
    }
  }
  return tally;
}

async function reduceAndSave(
  conformanceCase: ConformanceCase,
  { leg, verdict }: JudgedLeg,
  reference: Leg,
  folder: string,
  print: (line: string) => void,
): Promise<void> {
  let smallest: { conformanceCase: ConformanceCase; leg: Leg; verdict: Verdict } = {
    conformanceCase,
    leg,
    verdict,
  };
  await reduceCase(
    conformanceCase,
    async (candidate) => {
      const [judged] = await judgeCase(candidate, reference, [leg]);
      if (judged?.verdict.kind !== verdict.kind || !isFailure(judged.verdict)) return false;
      smallest = { conformanceCase: candidate, leg, verdict: judged.verdict };
      return true;
    },
    { mostAttempts: MOST_ATTEMPTS },
  );
  const { layers, batch, timesteps } = smallest.conformanceCase;
  const sizes = layers.map(({ inputs, units, outputs }) => `${inputs} to ${units} to ${outputs}`).join(', ');
  print(
    `  reduced to ${sizes}, batch ${batch}, ${timesteps} timesteps: ${describeVerdict(smallest.verdict)}`,
  );
  if (verdict.kind === 'compared') {
    print(`  saved as ${await saveKnownIssue(folder, smallest, conformanceCase, reference)}`);
  }
}
