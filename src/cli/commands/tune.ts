import { Option } from 'commander';
import type { Command } from 'commander';
import { readBytes, writeBytes } from '../files';
import { mergeTunings, Octogate } from '../../index';
import type { TunedCandidate } from '../../index';
import { createNodeGpu } from '../../node';
import { adapterOption, jsonOption, positiveInteger } from '../options';
import type { JsonOption } from '../options';
import { tableLines } from '../table';
import { print, printJson } from '../terminal';
import { readTuning } from '../tuning-file';

interface Options extends JsonOption {
  readonly output: string;
  readonly batch?: number;
  readonly timesteps?: number;
  readonly repeats?: number;
  readonly seconds?: number;
  readonly adapter?: string;
  readonly merge?: string;
}

export function addTuneCommand(program: Command): void {
  program
    .command('tune')
    .summary('find the fastest kernels for a model on this adapter')
    .description(
      'Times kernel choices on the device for each LSTM layer of a .tflite model, in turns with the best so far, and writes ' +
        'those that make calls clearly faster as JSON, for `octogate run --tuning` and the option kernels.tuning. Models ' +
        'run well without; what is computed never changes.',
    )
    .argument('<model>', '.tflite file')
    .requiredOption('-o, --output <file>', 'where to write the tuning')
    .addOption(
      new Option('--batch <n>', "sequences of a call (default: the file's)").argParser(positiveInteger),
    )
    .addOption(
      new Option('--timesteps <n>', "timesteps of a call (default: the file's)").argParser(positiveInteger),
    )
    .addOption(
      new Option('--repeats <count>', 'timings of each candidate (default: 7)').argParser(positiveInteger),
    )
    .addOption(
      new Option('--seconds <n>', 'begin no candidate after this long (default: 60)').argParser(
        positiveInteger,
      ),
    )
    .option('--merge <file>', 'a tuning to add to: other layers, other adapters')
    .addOption(adapterOption())
    .addOption(jsonOption())
    .action(tune);
}

async function tune(path: string, options: Options): Promise<void> {
  const { output, batch, timesteps, repeats, seconds, adapter, merge } = options;
  const bytes = await readBytes(path);
  const before = merge === undefined ? null : await readTuning(merge);
  const candidates: TunedCandidate[] = [];
  const found = await Octogate.tune(bytes, {
    gpu: await createNodeGpu(adapter === undefined ? {} : { adapter }),
    ...(batch === undefined ? {} : { batch }),
    ...(timesteps === undefined ? {} : { timesteps }),
    ...(repeats === undefined ? {} : { repeats }),
    ...(seconds === undefined ? {} : { budgetMs: 1000 * seconds }),
    onCandidate: (candidate) => candidates.push(candidate),
  });
  const tuning = before === null ? found : mergeTunings(before, found);
  await writeBytes(output, new TextEncoder().encode(`${JSON.stringify(tuning, null, 2)}\n`));
  if (options.json === true) printJson({ model: path, output, tuning: found, candidates });
  else printCandidates(candidates, output);
}

function printCandidates(candidates: readonly TunedCandidate[], output: string): void {
  for (const layer of new Set(candidates.map((candidate) => candidate.layer))) {
    print(layer);
    const own = candidates.filter((candidate) => candidate.layer === layer);
    const rows = own.map(({ choices, callMs, bestCallMs, isTaken }) => [
      Object.entries(choices)
        .map(([choice, value]) => `${choice} ${value}`)
        .join(', '),
      callMs === null ? 'slow to compile' : `${callMs.toFixed(3)} ms`,
      `best so far ${bestCallMs.toFixed(3)} ms`,
      isTaken ? 'taken' : '',
    ]);
    for (const line of tableLines(rows)) print(line);
  }
  print(`written to ${output}`);
}
