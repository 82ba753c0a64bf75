import type { Value } from '../keras-graph';
import type { LayerConfig } from '../layer-config';
import type { LayerScope } from '../layer-scope';

/** How the layers of one class are read. */
export interface LayerKind {
  /** Where a layer's weights are under its own place, `''` for the place itself; empty for layers without any. */
  weightParts(config: LayerConfig): readonly string[];
  /** What its settings ask for that is not read: a sentence each, empty if nothing. */
  refusals(config: LayerConfig): readonly string[];
  /** Adds the layer to the graph and gives its outputs. */
  build(scope: LayerScope): readonly Value[];
  /** Whether a row of features in gives a row out, whatever stands before: such a layer may be TimeDistributed. */
  readonly isRowwise: boolean;
}

export function noWeights(): readonly string[] {
  return [];
}

export function noRefusals(): readonly string[] {
  return [];
}

/** The layer itself has weights, and no cell or layer inside it does. */
export function ownWeights(): readonly string[] {
  return [''];
}
