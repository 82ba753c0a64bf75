/** `npm run conformance`: see `--help`. */
import { OctogateError } from '../../../src/errors';
import { caseFolders } from '../../support/case-folder';
import { MissingBrowserError } from '../../../scripts/browser/launch-browser';
import { openLegs } from './open-legs';
import { parseLabOptions, USAGE, UsageError } from './options';
import { runGenerated, runRecorded } from './run-lab';
import { formatCount } from './tally';

/** What a message is enough for. */
const EXPECTED_ERRORS = [UsageError, OctogateError, MissingBrowserError];

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseLabOptions(args, Date.now());
  if (options === null) {
    print(USAGE);
    return 0;
  }
  const opened = await openLegs(options);
  const { legs } = opened;
  try {
    print(
      options.cases === null
        ? `seeds ${options.seeds.join(', ')}, ${options.count} cases each, against the reference:`
        : `cases of ${options.cases}, against what they record:`,
    );
    for (const { name } of legs) print(`- ${name}`);
    const tally =
      options.cases === null
        ? await runGenerated(options, legs, print)
        : await runRecorded(await caseFolders(options.cases), legs, print);
    for (const line of tally.lines()) print(line);
    print(`${formatCount(tally.differing)} of ${formatCount(tally.values)} values differ`);
    print(`${tally.passed} passed, ${tally.failed} failed`);
    return tally.failed === 0 ? 0 : 1;
  } finally {
    await opened.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!EXPECTED_ERRORS.some((type) => error instanceof type)) throw error;
  process.stderr.write(`conformance: ${String(error instanceof Error ? error.message : error)}\n`);
  process.exitCode = 2;
}
