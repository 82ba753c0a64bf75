import type { Command } from 'commander';
import { ExitCode } from '../exit-code';
import { jsonOption } from '../options';
import type { JsonOption } from '../options';
import { tableLines } from '../table';
import { print, printJson } from '../terminal';
import { compareTraces } from '../trace/compare-traces';
import type { Divergence } from '../trace/compare-traces';
import { readTraceFolder } from '../trace/trace-folder';

export function addDiffCommand(program: Command): void {
  program
    .command('diff')
    .summary('find where two traces part')
    .description(
      'Compares two folders that `octogate run --trace` wrote, of one model and the same inputs on two backends, and ' +
        'names the first value that differs in the order of computation: layer, timestep, stage, gate, unit. ' +
        'Exit code 1 on any difference.',
    )
    .argument('<dir>', 'trace folder')
    .argument('<other_dir>', 'trace folder to compare it with')
    .addOption(jsonOption())
    .action(diff);
}

async function diff(left: string, right: string, { json }: JsonOption): Promise<void> {
  const comparison = compareTraces(await readTraceFolder(left), await readTraceFolder(right));
  const { first, stages, differing, compared } = comparison;
  if (json === true) {
    printJson(comparison);
  } else {
    if (first !== null) {
      print(
        `first difference: ${describeDivergence(first)}: ${first.left} in ${left}, ${first.right} in ${right}`,
      );
      const rows = stages
        .filter((stage) => stage.differing > 0)
        .map((stage) => [
          `call ${stage.call}`,
          stage.layer,
          stage.stage,
          stage.differing,
          `of ${stage.compared} values`,
        ]);
      for (const line of tableLines(rows)) print(line);
    }
    print(`${differing} of ${compared} values differ`);
  }
  if (differing > 0) process.exitCode = ExitCode.mismatch;
}

function describeDivergence({ call, layer, timestep, batchRow, stage, unit }: Divergence): string {
  return timestep === null
    ? `call ${call}, ${stage} ${layer}, value ${unit}`
    : `call ${call}, ${layer}, timestep ${timestep}, batch row ${String(batchRow)}, ${stage}, unit ${unit}`;
}
