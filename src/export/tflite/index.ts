import { requireIntegerGraph, validateGraph } from '../../model';
import type { Graph } from '../../model';
import { writeModel } from './write-model';
import type { TfliteOptions } from './write-model';

export type { TfliteOptions } from './write-model';

/**
 * The graph as a `.tflite` file that TFLite runs, and that `importTflite` reads back as the same graph. Equal graphs and
 * options give equal bytes.
 *
 * @throws ModelFormatError or UnsupportedModelError if the graph is not a sound integer graph, or has an op that is not
 * written, naming every such op.
 */
export function exportTflite(graph: Graph, options: TfliteOptions = {}): Uint8Array<ArrayBuffer> {
  validateGraph(graph);
  requireIntegerGraph(graph);
  return writeModel(graph, options);
}
