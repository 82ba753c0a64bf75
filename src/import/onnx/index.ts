/**
 * `.onnx` files as sources for the quantizer.
 *
 * @packageDocumentation
 */
import type { Graph } from '../../model';
import { validateGraph } from '../../model/checks';
import { rollLstms } from '../rewrite/roll-lstm';
import { rollNotes } from '../rewrite/roll-notes';
import { decodeModel } from './decode';
import type { DimensionSizes } from './dynamic-sizes';
import type { ReadModel } from './read-graph';
import { readGraph } from './read-graph';

export type { DimensionSizes } from './dynamic-sizes';
export type { ReadModel } from './read-graph';

/** What an ONNX file may leave open. */
export interface OnnxOptions {
  /**
   * Sizes of dimensions that the file leaves open, by its names for them. Those not named have the size 1 in the graph, and
   * sessions choose their own, as long as the ops allow it: a convolution over time, for one, needs to know its size.
   */
  readonly dimensions?: DimensionSizes;
}

/**
 * Reads an `.onnx` file as a float graph, a source for the quantizer. LSTMs that are written out op by op are LSTMs again. The bytes need not be trusted: whatever they hold,
 * there is a graph or one of these errors, soon.
 *
 * @throws ModelFormatError if the file is damaged or contradicts itself; UnsupportedModelError with everything in it that
 * is not read.
 */
export function importOnnx(bytes: Uint8Array | ArrayBuffer, options: OnnxOptions = {}): Graph {
  return readOnnx(bytes, options).graph;
}

/** `importOnnx`, and what the graph leaves to sessions: inputs and outputs that carry LSTM state. */
export function readOnnx(bytes: Uint8Array | ArrayBuffer, options: OnnxOptions = {}): ReadModel {
  const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const model = readGraph(decodeModel(file), file.length, options.dimensions ?? {});
  validateGraph(model.graph);
  const rolled = rollLstms(model.graph);
  return { graph: rolled.graph, notes: [...model.notes, ...rollNotes(rolled)] };
}
