import { requireIntegerGraph, validateGraph } from '../../model';
import type { Graph } from '../../model';
import { openModel } from './open-model';
import { readGraph } from './read-graph';

/**
 * Reads a `.tflite` file whose ops can all run as integers. The bytes are copied where they are kept, and need not be
 * trusted: whatever they hold, there is a graph or one of these errors, soon, and without allocating what they claim.
 *
 * @throws ModelFormatError if the file is damaged or contradicts itself; UnsupportedModelError with every reason why the
 * model cannot run as it is.
 */
export function importTflite(bytes: Uint8Array | ArrayBuffer): Graph {
  const graph = readTflite(bytes);
  requireIntegerGraph(graph);
  return graph;
}

/**
 * Reads a `.tflite` file of any number types: also float and hybrid models, as sources for the quantizer.
 *
 * @throws ModelFormatError if the file is damaged or contradicts itself; UnsupportedModelError with everything in it
 * that is not read.
 */
export function readTflite(bytes: Uint8Array | ArrayBuffer): Graph {
  const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const graph = readGraph(openModel(file), file.length);
  validateGraph(graph);
  return graph;
}
