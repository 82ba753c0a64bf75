/**
 * `.tflite` files: integer ones to run, float and hybrid ones as sources for the quantizer.
 *
 * @packageDocumentation
 */
import { requireIntegerGraph, validateGraph } from '../../model/checks';
import type { Graph } from '../../model';
import type { RolledGraph } from '../rewrite/roll-lstm';
import { rollLstms } from '../rewrite/roll-lstm';
import { openModel } from './open-model';
import { FULL_VOCABULARY } from './ops';
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
  const graph = readGraph(openModel(file), file.length, FULL_VOCABULARY);
  validateGraph(graph);
  return graph;
}

/**
 * Reads a float or hybrid `.tflite` file as a source for the quantizer. LSTMs that a converter has written out as
 * elementary ops of one timestep become LSTM ops again; `layers` and `droppedStates` tell which, and which inputs and
 * outputs disappeared with them.
 *
 * @throws ModelFormatError and UnsupportedModelError like {@link readTflite}.
 */
export function readFloatTflite(bytes: Uint8Array | ArrayBuffer): RolledGraph {
  const rolled = rollLstms(readTflite(bytes));
  if (rolled.layers.length > 0) validateGraph(rolled.graph);
  return rolled;
}

/** The graph of {@link readFloatTflite}. */
export function importFloatTflite(bytes: Uint8Array | ArrayBuffer): Graph {
  return readFloatTflite(bytes).graph;
}
