/** `npm run conformance`: see `--help`. */
import { OctogateError } from '../../../src/errors';
import { openLegs } from './open-legs';
import { parseLabOptions, USAGE, UsageError } from './options';
import { runLab } from './run-lab';
import { formatCount } from './tally';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseLabOptions(args, Date.now());
  if (options === null) {
    print(USAGE);
    return 0;
  }
  const legs = await openLegs(options);
  print(`seeds ${options.seeds.join(', ')}, ${options.count} cases each, against the reference:`);
  for (const { name } of legs) print(`- ${name}`);
  const tally = await runLab(options, legs, print);
  for (const line of tally.lines()) print(line);
  print(`${formatCount(tally.differing)} of ${formatCount(tally.values)} values differ`);
  print(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof OctogateError)) throw error;
  process.stderr.write(`conformance: ${error.message}\n`);
  process.exitCode = 2;
}
