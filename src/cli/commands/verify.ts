import { Argument } from 'commander';
import type { Command } from 'commander';
import { findCases } from '../cases/find-cases';
import type { Case } from '../cases/find-cases';
import { runCase } from '../cases/run-case';
import type { CaseOutcome, CaseResult } from '../cases/run-case';
import { Execution, printExecution } from '../execution';
import type { ExecutionReport } from '../execution';
import { ExitCode } from '../exit-code';
import { addExecutionOptions, jsonOption } from '../options';
import type { ExecutionOptions, JsonOption } from '../options';
import { startProgress } from '../progress';
import { print, printJson, styled } from '../terminal';

export function addVerifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .summary('compare models with expected outputs, value by value')
    .description(
      'Runs cases and compares every output with what is expected, exactly. A case is a folder with model.tflite, the ' +
        'inputs of one call after the other (input0.npy, input1.npy, …; state carries over) and the outputs ' +
        '(output0.npy, …). Models with several inputs have input0-0.npy, input0-1.npy, … in the order of the model, and ' +
        'outputs likewise. Exit code 1 on any difference.',
    )
    .addArgument(new Argument('<case_dir...>', 'cases, or folders of cases'));
  addExecutionOptions(command).addOption(jsonOption()).action(verify);
}

/** Cases under way at once: kernels of one compile while another's run. */
const CONCURRENT_CASES = 4;

async function verify(paths: string[], options: ExecutionOptions & JsonOption): Promise<void> {
  const cases = await findCases(paths);
  const execution = await Execution.start(options);
  const outcomes = await runCases(cases, execution);
  const results = outcomes.map(({ result }) => result);
  const common = commonReport(outcomes);
  const failed = results.filter(({ passed }) => !passed);
  if (options.json === true) {
    printJson({ ...common, cases: results, passed: results.length - failed.length, failed: failed.length });
  } else {
    if (common !== null) printExecution(common);
    for (const result of failed) print(`${styled('red', 'FAIL')} ${result.name}: ${reasonOf(result)}`);
    print(`${results.length - failed.length} passed, ${failed.length} failed`);
  }
  if (failed.length > 0) process.exitCode = ExitCode.mismatch;
}

/** Who did the work, with all the ways in which LSTM layers ran; null if no case got that far. */
function commonReport(outcomes: readonly CaseOutcome[]): ExecutionReport | null {
  const reports = outcomes.flatMap(({ report }) => (report === null ? [] : [report]));
  const [first] = reports;
  if (first === undefined) return null;
  if (first.kernels === null) return first;
  const paths = new Set(reports.flatMap(({ lstmPaths }) => lstmPaths ?? []));
  const activations = new Set(reports.flatMap((report) => report.activations ?? []));
  return { ...first, lstmPaths: [...paths].sort(), activations: [...activations].sort() };
}

async function runCases(cases: readonly Case[], execution: Execution): Promise<CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  const waiting = [...cases.entries()];
  const progress = startProgress(cases.length);
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, one] = next;
      outcomes[index] = await runCase(one, execution);
      done += 1;
      progress.update(done, one.name);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENT_CASES }, work));
  } finally {
    progress.stop();
    await execution.close();
  }
  return outcomes;
}

function reasonOf({ difference, error }: CaseResult): string {
  if (difference === null) return error ?? 'no reason';
  const { call, file, index, dimensions, expected, actual, differing, compared } = difference;
  const position = index.map((value, axis) => `${dimensions[axis] ?? ''} ${value}`).join(', ');
  return (
    `call ${call}, ${file} [${index.join(', ')}] (${position}): expected ${expected}, got ${actual}; ` +
    `${differing} of ${compared} values differ`
  );
}
