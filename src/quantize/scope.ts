import type { Graph, Op, TensorId } from '../model';
import type { IntegerGraphBuilder } from './integer-graph-builder';
import type { CalibrationRanges } from './range';

/** What the quantization of every op works on. */
export interface QuantizationScope {
  /** The float graph. */
  readonly graph: Graph;
  readonly ranges: CalibrationRanges;
  /** The integer graph so far. */
  readonly built: IntegerGraphBuilder;
  /** One weight scale per output of a dense layer. */
  readonly perChannelDense: boolean;
  /** Ops with int16 outputs. */
  readonly int16: ReadonlySet<Op>;
  /** Weights that were rounded beforehand, at the scales that the recipe gives them; others take the nearest integer. */
  readonly rounded: ReadonlyMap<TensorId, Int8Array>;
}
