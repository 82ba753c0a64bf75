/**
 * Graphs as `.tflite` files.
 *
 * @packageDocumentation
 */
import { requireSoundIntegers, validateGraph } from '../../model/checks';
import type { Graph } from '../../model';
import { replaceInt16Masks } from './replace-int16-masks';
import { spellOutReversals } from './spell-out-reversals';
import { writeModel } from './write-model';
import type { FileOptions } from './write-model';

/** How a graph is written. */
export interface TfliteOptions extends FileOptions {
  /**
   * How layers over reversed time are written. `reversals`, the default: between two REVERSE_V2, which every TFLite runs.
   * `op`: as BIDIRECTIONAL_SEQUENCE_LSTM, for which TFLite has no integer kernel.
   */
  readonly bidirectional?: 'reversals' | 'op';
}

/**
 * The graph as a `.tflite` file that TFLite runs, and that `readTflite` reads back as the same graph (but for reversed
 * layers, see `bidirectional`, and 16-bit masks, which TFLite does not have: they are written in 8 bits, and the attachment
 * `octogate.substitutions` names them, from which reading brings them back): integer, float, or mixed. Equal graphs and options give equal bytes.
 *
 * @throws ModelFormatError or UnsupportedModelError if the graph is unsound, its integer ops do not hold to their rules, or
 * it has an op that is not written, naming every such op.
 */
export function exportTflite(graph: Graph, options: TfliteOptions = {}): Uint8Array<ArrayBuffer> {
  validateGraph(graph);
  requireSoundIntegers(graph);
  const spelled = options.bidirectional === 'op' ? graph : spellOutReversals(graph);
  const { graph: written, metadata } = replaceInt16Masks(spelled);
  return writeModel(written, { ...options, metadata: { ...options.metadata, ...metadata } });
}
