import { Option } from 'commander';
import type { Command } from 'commander';
import { exportTflite } from '../../export/tflite';
import type { TfliteOptions } from '../../export/tflite';
import { writeWhole } from '../files';
import { jsonOption } from '../options';
import type { JsonOption } from '../options';
import { readSourceModel } from '../source-model';
import { print, printJson, styled } from '../terminal';

interface Options extends JsonOption {
  readonly output: string;
  readonly bidirectional: NonNullable<TfliteOptions['bidirectional']>;
}

export function addExportCommand(program: Command): void {
  program
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
    .addOption(jsonOption())
    .action(exportCommand);
}

async function exportCommand(path: string, { output, bidirectional, json }: Options): Promise<void> {
  const { graph, fileBytes } = await readSourceModel(path);
  const file = exportTflite(graph, { bidirectional });
  await writeWhole([{ path: output, content: file }]);
  if (json === true) printJson({ model: path, output, bytes: { before: fileBytes, after: file.length } });
  else print(`${styled('bold', output)} (${file.length} bytes, ${path} has ${fileBytes})`);
}
