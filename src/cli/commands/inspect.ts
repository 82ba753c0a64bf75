import { Option } from 'commander';
import type { Command } from 'commander';
import { ExitCode } from '../exit-code';
import { readBytes } from '../files';
import { inspectModel } from '../inspection/inspection';
import type { InspectionOptions } from '../inspection/inspection';
import { printInspection } from '../inspection/print-inspection';
import { dotOption, jsonOption, lstmOption, positiveInteger, rowsOption } from '../options';
import type { JsonOption } from '../options';
import { addSourceOptions, importOptions } from '../source-model';
import type { SourceArguments } from '../source-model';
import { print, printJson, styled } from '../terminal';

interface Options extends JsonOption, SourceArguments, Omit<InspectionOptions, 'path'> {
  readonly lstm?: NonNullable<InspectionOptions['path']>;
}

export function addInspectCommand(program: Command): void {
  const command = program
    .command('inspect')
    .summary('show what a model is made of, and what running it takes')
    .description(
      'Shows tensors, ops, LSTM variants, sizes, how the file was quantized, where it says so, and the plan of a call: ' +
        'kernels, dispatches, submissions, readbacks. ' +
        'Needs no GPU. Of a model that cannot run it says every reason, with exit code 2.',
    )
    .argument('<model>', 'model file of any format that is read')
    .addOption(jsonOption())
    .addOption(
      new Option('--batch <n>', "sequences of the planned call (default: the file's)").argParser(
        positiveInteger,
      ),
    )
    .addOption(
      new Option('--timesteps <n>', "timesteps of the planned call (default: the file's)").argParser(
        positiveInteger,
      ),
    )
    .addOption(lstmOption())
    .addOption(dotOption().default('packed'))
    .addOption(rowsOption().default('plain'));
  addSourceOptions(command).action(inspect);
}

async function inspect(path: string, { json, lstm, ...options }: Options): Promise<void> {
  const bytes = await readBytes(path);
  const inspection = await inspectModel(
    bytes,
    { ...options, path: lstm ?? null },
    await importOptions(path, bytes, options),
  );
  const { reasons, format, notes, graph, quantization, recorded, plan } = inspection;
  if (json === true) {
    printJson({
      model: path,
      fileBytes: bytes.length,
      runs: reasons.length === 0,
      reasons,
      format,
      notes,
      quantization,
      record: recorded?.record ?? null,
      recordProblem: recorded?.problem ?? null,
      ...graph,
      ...plan,
    });
  } else {
    print(`${styled('bold', path)} (${bytes.length} bytes)`);
    printInspection(inspection);
  }
  if (reasons.length > 0) process.exitCode = ExitCode.badInput;
}
