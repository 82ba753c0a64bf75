/**
 * Models of every format that is read, told apart by their content; each importer is loaded when it is first needed.
 *
 * @packageDocumentation
 */
import { ModelFormatError } from '../errors';
import type { Graph } from '../model';
import type { KerasOptions } from './keras';
import { FORMAT_NAMES, recognizeFormat } from './model-format';
import type { ModelFormat } from './model-format';
import type { ImportNote } from './import-note';
import type { OnnxOptions } from './onnx';
import type { PytorchOptions } from './pytorch';
import { rollNotes } from './rewrite/roll-notes';

export type { Graph } from '../model';
export type { KerasOptions } from './keras';
export { FORMAT_NAMES, recognizeFormat } from './model-format';
export type { ModelFormat } from './model-format';
export type { ImportNote } from './import-note';
export type { OnnxOptions } from './onnx';
export type { PytorchOptions } from './pytorch';

/** What a file does not say by itself. */
export interface ImportOptions {
  /** What messages call the file; `the file` unless said otherwise. */
  readonly name?: string;
  /** For ONNX files: sizes of dimensions that they leave open. */
  readonly onnx?: OnnxOptions;
  /** For Keras files: their description where they lack one, and the number of timesteps that a model leaves open. */
  readonly keras?: KerasOptions;
  /** For PyTorch weights: the description of their layers, where the file lacks it. */
  readonly pytorch?: PytorchOptions;
}

/** A model as its file states it, in any number type. */
export interface ImportedModel {
  /** Format of the file, by its content. */
  readonly format: ModelFormat;
  /** The model. */
  readonly graph: Graph;
  /** What the graph does otherwise than the file, though the results are the same. */
  readonly notes: readonly ImportNote[];
}

/**
 * Reads a model of any format that there is an importer for, recognised by its content. The importer is loaded when it is
 * first needed, so that a page pays only for the formats that it meets. The graph may be float, integer or mixed: what can
 * be done with it is for the caller to find out. LSTMs that a converter has written out op by op are LSTMs again.
 *
 * @throws ModelFormatError if the bytes are of no known format, or damaged; UnsupportedModelError with everything in the
 * file that is not read.
 */
export async function importModel(
  bytes: Uint8Array | ArrayBuffer,
  options: ImportOptions = {},
): Promise<Graph> {
  return (await readModel(bytes, options)).graph;
}

/** `importModel`, with what there is to know besides the graph. */
export async function readModel(
  bytes: Uint8Array | ArrayBuffer,
  options: ImportOptions = {},
): Promise<ImportedModel> {
  const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const { name = 'the file' } = options;
  const format = recognizeFormat(file);
  if (format === null) {
    throw new ModelFormatError(
      `${name}: none of the known model formats (${Object.values(FORMAT_NAMES).join(', ')}), or damaged`,
    );
  }
  return { format, ...(await readAs(format, file, options)) };
}

type GraphWithNotes = Omit<ImportedModel, 'format'>;

async function readAs(
  format: ModelFormat,
  file: Uint8Array,
  { onnx = {}, keras = {}, pytorch = {} }: ImportOptions,
): Promise<GraphWithNotes> {
  switch (format) {
    case 'tflite':
      return readTfliteModel(file);
    case 'onnx': {
      const { readOnnx } = await import('./onnx');
      return readOnnx(file, onnx);
    }
    case 'keras-hdf5':
    case 'keras-zip': {
      const { importKeras } = await import('./keras');
      return { graph: importKeras(file, keras), notes: [] };
    }
    case 'safetensors': {
      const { importPytorch } = await import('./pytorch');
      return { graph: importPytorch(pytorch.description ?? null, file), notes: [] };
    }
  }
}

async function readTfliteModel(file: Uint8Array): Promise<GraphWithNotes> {
  const { readFloatTflite } = await import('./tflite');
  const rolled = readFloatTflite(file);
  return { graph: rolled.graph, notes: rollNotes(rolled) };
}
