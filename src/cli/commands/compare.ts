import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { requireIntegerGraph } from '../../model/checks';
import type { OutputReport } from '../../report/output-comparison';
import { SampleData } from '../data/sample-data';
import { ExitCode } from '../exit-code';
import { jsonOption } from '../options';
import type { JsonOption } from '../options';
import { compareModels } from '../quantization/compare-models';
import { decibels, printGrowth, printOutputs } from '../quantization/print-signals';
import { addSourceOptions, readSourceModel } from '../source-model';
import type { SourceArguments } from '../source-model';
import { print, printJson, styled } from '../terminal';

interface Options extends SourceArguments, JsonOption {
  readonly data: readonly string[];
  readonly requireSqnr?: number;
}

export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .summary('show how far an integer model is from the float one')
    .description(
      'Runs a float model and an integer form of it on the same sequences and compares the outputs: signal-to-noise ratio, ' +
        'errors, how often the largest value is the same, and how the error grows along a sequence. Both run on the CPU.',
    )
    .argument('<float>', 'float model of any format that is read')
    .argument('<integer>', 'integer .tflite model')
    .requiredOption(
      '--data <data...>',
      'sequences as the float model is fed: .npy or .npz files or folders of those; NAME=DATA for a model with several inputs',
    )
    .addOption(
      new Option('--require-sqnr <dB>', 'exit code 1 if an output has less').argParser((text): number => {
        const value = Number(text);
        if (text.trim() === '' || !Number.isFinite(value))
          throw new InvalidArgumentError('a number is expected.');
        return value;
      }),
    )
    .addOption(jsonOption());
  addSourceOptions(command).action(compare);
}

async function compare(
  floatPath: string,
  integerPath: string,
  { data: words, requireSqnr, json, ...source }: Options,
): Promise<void> {
  const { graph: float } = await readSourceModel(floatPath, source);
  const { graph: integer } = await readSourceModel(integerPath);
  requireIntegerGraph(integer);
  const data = await SampleData.open('--data', words, float);
  const { sequences, timesteps, outputs } = await compareModels(float, integer, data);
  const poor = outputs.filter((output) => isBelow(output, requireSqnr));
  if (json === true) {
    printJson({ float: floatPath, integer: integerPath, sequences, timesteps, outputs });
  } else {
    print(
      styled('bold', `${integerPath} against ${floatPath}: ${sequences} sequences, ${timesteps} timesteps`),
    );
    printOutputs(outputs);
    for (const output of outputs.filter(({ growth }) => growth.length > 1)) {
      print();
      printGrowth(output);
    }
    for (const { name, sqnrDb } of poor) {
      print(styled('red', `${name}: ${decibels(sqnrDb)}, less than ${decibels(requireSqnr ?? null)}`));
    }
  }
  if (poor.length > 0) process.exitCode = ExitCode.mismatch;
}

/** Exact outputs have no noise, so no ratio, and are never below. */
function isBelow({ sqnrDb, maxAbsError }: OutputReport, required: number | undefined): boolean {
  if (required === undefined || maxAbsError === 0) return false;
  return sqnrDb === null || sqnrDb < required;
}
