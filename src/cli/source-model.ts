import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { InputError, ModelFormatError, UnsupportedModelError } from '../errors';
import { FORMAT_NAMES, readModel, recognizeFormat } from '../import';
import type { ImportedModel, ImportOptions, ModelFormat } from '../import';
import { readBytes } from './files';
import { positiveInteger } from './options';

/** A model as its file states it. */
export interface SourceModel extends ImportedModel {
  readonly fileBytes: number;
}

/** How a file is to be read, as the command line says it. */
export interface SourceArguments {
  readonly config?: string;
  readonly dimension?: Readonly<Record<string, number>>;
  readonly modelTimesteps?: number;
}

/** What the command line says of files of some formats, and of which. */
const FORMATS_OF: Readonly<Record<keyof SourceArguments, readonly ModelFormat[]>> = {
  config: ['keras-hdf5', 'keras-zip', 'safetensors'],
  dimension: ['onnx'],
  modelTimesteps: ['keras-hdf5', 'keras-zip'],
};

const FLAGS: Readonly<Record<keyof SourceArguments, string>> = {
  config: '--config',
  dimension: '--dimension',
  modelTimesteps: '--model-timesteps',
};

/** Adds the options of formats that leave something open. */
export function addSourceOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        `${FLAGS.config} <file>`,
        'the description of a model whose file holds weights alone: Keras, what model.to_json() gives; PyTorch, its layers',
      ),
    )
    .addOption(
      new Option(
        `${FLAGS.dimension} <name=size>`,
        'ONNX: the size of a dimension that the file leaves open (default: 1); may be given several times',
      ).argParser((text, before: SourceArguments['dimension']) => {
        const split = text.lastIndexOf('=');
        if (split < 1) throw new InvalidArgumentError('NAME=SIZE is expected.');
        return { ...before, [text.slice(0, split)]: positiveInteger(text.slice(split + 1)) };
      }),
    )
    .addOption(
      new Option(
        `${FLAGS.modelTimesteps} <n>`,
        'Keras: the number of timesteps, where the model leaves it open (default: 1)',
      ).argParser(positiveInteger),
    );
}

/**
 * Import options for a file, as the command line gives them.
 *
 * @throws InputError for an option that files of this format have no use for, or a description that cannot be read.
 */
export async function importOptions(
  path: string,
  bytes: Uint8Array,
  { config, dimension, modelTimesteps }: SourceArguments,
): Promise<ImportOptions> {
  const format = recognizeFormat(bytes);
  for (const [name, value] of Object.entries({ config, dimension, modelTimesteps })) {
    const key = name as keyof SourceArguments;
    if (value === undefined || format === null || FORMATS_OF[key].includes(format)) continue;
    throw new InputError(
      `${path}: ${FLAGS[key]} says nothing of ${FORMAT_NAMES[format]} files; leave it out`,
    );
  }
  const text = config === undefined ? null : new TextDecoder().decode(await readBytes(config));
  return {
    ...(text === null ? {} : { pytorch: { description: text } }),
    ...(dimension === undefined ? {} : { onnx: { dimensions: dimension } }),
    keras: {
      ...(text === null ? {} : { config: text }),
      ...(modelTimesteps === undefined ? {} : { timesteps: modelTimesteps }),
    },
  };
}

/**
 * Reads a model of any format.
 *
 * @throws InputError if the file cannot be read; ModelFormatError or UnsupportedModelError, beginning with the path, if it is
 * no model that is read.
 */
export async function readSourceModel(path: string, source: SourceArguments = {}): Promise<SourceModel> {
  const bytes = await readBytes(path);
  const options = await importOptions(path, bytes, source);
  try {
    return { ...(await readModel(bytes, options)), fileBytes: bytes.length };
  } catch (error) {
    if (error instanceof ModelFormatError) {
      throw new ModelFormatError(`${path}: ${error.message}`, { cause: error });
    }
    if (!(error instanceof UnsupportedModelError)) throw error;
    throw new UnsupportedModelError(
      error.reasons.map(({ subject, reason }) => ({ subject: `${path}: ${subject}`, reason })),
    );
  }
}
