import { ModelFormatError, UnsupportedModelError } from '../errors';
import type { Graph } from '../model';
import type { KerasOptions } from './keras';
import { recognizeFormat } from './model-format';
import type { ModelFormat } from './model-format';

export { recognizeFormat } from './model-format';
export type { ModelFormat } from './model-format';
export { rollLstms } from './rewrite/roll-lstm';
export type { DroppedState, RolledGraph } from './rewrite/roll-lstm';

export interface ImportOptions {
  /** What messages call the file; `the file` unless said otherwise. */
  readonly name?: string;
  /** For Keras files: their description where they lack one, and the number of timesteps that a model leaves open. */
  readonly keras?: KerasOptions;
}

/**
 * Reads a model of any format that there is an importer for, recognised by its content. The importer is loaded when it is
 * first needed, so that a page pays only for the formats that it meets. The graph may be float, integer or mixed: what can
 * be done with it is for the caller to find out.
 *
 * @throws ModelFormatError if the bytes are of no known format, or damaged; UnsupportedModelError with everything in the
 * file that is not read.
 * @see rollLstms for float models whose LSTMs a converter has written out.
 */
export async function importModel(
  bytes: Uint8Array | ArrayBuffer,
  options: ImportOptions = {},
): Promise<Graph> {
  const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const format = recognizeFormat(file);
  if (format === null) {
    throw new ModelFormatError(
      `${options.name ?? 'the file'}: none of the known model formats (${Object.values(FORMAT_NAMES).join(', ')}), or damaged`,
    );
  }
  return readAs(format, file, options);
}

const FORMAT_NAMES: Readonly<Record<ModelFormat, string>> = {
  tflite: '.tflite',
  onnx: '.onnx',
  'keras-hdf5': 'Keras .h5',
  'keras-zip': '.keras',
  safetensors: 'PyTorch weights as .safetensors',
};

async function readAs(format: ModelFormat, file: Uint8Array, { keras = {} }: ImportOptions): Promise<Graph> {
  switch (format) {
    case 'tflite': {
      const { readTflite } = await import('./tflite');
      return readTflite(file);
    }
    case 'onnx': {
      const { importOnnx } = await import('./onnx');
      return importOnnx(file);
    }
    case 'keras-hdf5':
    case 'keras-zip': {
      const { importKeras } = await import('./keras');
      return importKeras(file, keras);
    }
    case 'safetensors':
      throw new UnsupportedModelError([
        { subject: 'the file', reason: `${FORMAT_NAMES[format]} is not read yet; convert it to .tflite` },
      ]);
  }
}
