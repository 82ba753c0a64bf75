import type { ConformanceCase } from '../../../src/conformance/conformance-case';
import { generateCase } from '../../../src/conformance/generate-case';
import { describeVerdict, isFailure, judgeAnswers, judgeCase } from '../../../src/conformance/judge-case';
import type { JudgedLeg, Verdict } from '../../../src/conformance/judge-case';
import type { Leg } from '../../../src/conformance/leg';
import { referenceLeg } from '../../../src/conformance/leg';
import { reduceCase } from '../../../src/conformance/reduce-case';
import { readRecordedCase } from '../../support/case-folder';
import { saveKnownIssue } from './known-issue';
import type { LabOptions } from './options';
import { Progress } from './progress';
import { Tally } from './tally';

/** Failures that are reduced; more of them would be the same mistake again. */
const MOST_REDUCED = 5;
const MOST_ATTEMPTS = 400;

/**
 * Runs every generated case of every seed on every leg, and compares with the reference.
 *
 * @param print gets a line about each failure, and about the progress now and then
 */
export async function runGenerated(
  { seeds, first, count, save }: LabOptions,
  legs: readonly Leg[],
  print: (line: string) => void,
): Promise<Tally> {
  const reference = referenceLeg();
  const tally = new Tally(legs);
  const progress = new Progress(tally, print);
  let reduced = 0;
  for (const seed of seeds) {
    for (let index = first; index < first + count; index++) {
      const conformanceCase = generateCase(seed, index);
      const judged = await judgeCase(conformanceCase, reference, legs);
      tally.add(judged);
      for (const failing of printFailures(conformanceCase.name, judged, print)) {
        if (reduced++ < MOST_REDUCED) await reduceAndSave(conformanceCase, failing, reference, save, print);
      }
      progress.tell(`seed ${seed}: ${index + 1 - first} of ${count} cases`);
    }
  }
  return tally;
}

/** Runs every recorded case on every leg, and compares with the recorded outputs. */
export async function runRecorded(
  folders: readonly string[],
  legs: readonly Leg[],
  print: (line: string) => void,
): Promise<Tally> {
  const tally = new Tally(legs);
  const progress = new Progress(tally, print);
  for (const [index, folder] of folders.entries()) {
    const { name, written, expected } = await readRecordedCase(folder);
    const judged = await judgeAnswers(written, expected, legs);
    tally.add(judged);
    printFailures(name, judged, print);
    progress.tell(`${index + 1} of ${folders.length} cases`);
  }
  return tally;
}

function printFailures(
  name: string,
  judged: readonly JudgedLeg[],
  print: (line: string) => void,
): readonly JudgedLeg[] {
  const failures = judged.filter(({ verdict }) => isFailure(verdict));
  for (const { leg, verdict } of failures) print(`${name}: ${leg.name}: ${describeVerdict(verdict)}`);
  return failures;
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
