/**
 * Keras files, `.keras` and `.h5`, as sources for the quantizer.
 *
 * @packageDocumentation
 */
import { ModelFormatError } from '../../errors';
import type { Graph } from '../../model';
import { validateGraph } from '../../model/checks';
import { openArchive } from './archive';
import { Hdf5Group } from './hdf5';
import { readDescription } from './model-description';
import { readModel } from './read-model';

const ZIP_SIGNATURE = [0x50, 0x4b, 0x03, 0x04];

/** What a Keras file may lack or leave open. */
export interface KerasOptions {
  /**
   * The model's description as `model.to_json()` writes it, for files that hold weights alone. Its layers with weights are
   * the file's, by their names or, where these are others, one after the other.
   */
  readonly config?: string;
  /** What the graph states for a number of timesteps that the model leaves open; 1 unless said otherwise. */
  readonly timesteps?: number;
}

/**
 * Reads a Keras model with its weights as a float graph, a source for the quantizer: `.keras` files, whole models in
 * `.h5`, and weights in `.h5` with a description, of Keras 2 and 3. The bytes need not be trusted. LSTM state starts at
 * zero and carries over from call to call, as in a `stateful` layer; a session's `reset` makes it start again.
 *
 * @throws ModelFormatError if the file is damaged, contradicts itself or lacks its description; UnsupportedModelError with
 * every layer that is not read.
 */
export function importKeras(bytes: Uint8Array | ArrayBuffer, options: KerasOptions = {}): Graph {
  const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const { config, timesteps = 1 } = options;
  const isArchive = ZIP_SIGNATURE.every((byte, index) => file[index] === byte);
  const archive = isArchive ? openArchive(file) : null;
  const weights = Hdf5Group.open(archive === null ? file : archive.weights);
  const description = config ?? archive?.config ?? descriptionIn(weights);
  const graph = readModel(readDescription(description), weights, timesteps);
  validateGraph(graph);
  return graph;
}

function descriptionIn(file: Hdf5Group): string {
  const [description] = file.strings('model_config') ?? [];
  if (description !== undefined) return description;
  throw new ModelFormatError(
    'the file holds weights without a description of their model; pass what model.to_json() gives as { config }, ' +
      'or save the whole model with model.save',
  );
}
