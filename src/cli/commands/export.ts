import { Option } from 'commander';
import type { Command } from 'commander';
import { exportTflite } from '../../export/tflite';
import type { TfliteOptions } from '../../export/tflite';
import { jsonOption } from '../options';
import type { JsonOption } from '../options';
import { addSourceOptions, readSourceModel } from '../source-model';
import type { SourceArguments } from '../source-model';
import { print, printJson, styled } from '../terminal';
import { writeWhole } from '../write-whole';

interface Options extends SourceArguments, JsonOption {
  readonly output: string;
  readonly bidirectional: NonNullable<TfliteOptions['bidirectional']>;
}

export function addExportCommand(program: Command): void {
  const command = program
    .command('export')
    .summary('write a model of any format as .tflite')
    .description(
      'Reads a model of any format, float or integer, and writes it as .tflite. It stays what it is: `octogate quantize` ' +
        'turns float into integers.',
    )
    .argument('<model>', 'model file of any format that is read')
    .requiredOption('-o, --output <file>', 'the .tflite file to write')
    .addOption(
      new Option(
        '--bidirectional <form>',
        'layers over reversed time: between two REVERSE_V2, which every TFLite runs, or as BIDIRECTIONAL_SEQUENCE_LSTM',
      )
        .choices(['reversals', 'op'])
        .default('reversals'),
    )
    .addOption(jsonOption());
  addSourceOptions(command).action(exportCommand);
}

async function exportCommand(
  path: string,
  { output, bidirectional, json, ...source }: Options,
): Promise<void> {
  const { graph, fileBytes, notes } = await readSourceModel(path, source);
  const file = exportTflite(graph, { bidirectional });
  await writeWhole([{ path: output, content: file }]);
  if (json === true) {
    printJson({ model: path, output, notes, bytes: { before: fileBytes, after: file.length } });
    return;
  }
  print(`${styled('bold', output)} (${file.length} bytes, ${path} has ${fileBytes})`);
  for (const { subject, note } of notes) print(`  ${subject}: ${note}`);
}
