import type { Graph, TensorId } from '../../model';
import type { CalibrationRanges } from '../range';
import type { Statistics } from '../statistics/statistics';

/** A float model on its way to integers; each option makes a new one of it. */
export interface PreparedModel {
  readonly graph: Graph;
  readonly ranges: CalibrationRanges;
  readonly statistics: Statistics;
  /** Names of ops that stay in float. */
  readonly keepFloat: readonly string[];
  /** Weights that are integers already, by tensor. */
  readonly rounded: ReadonlyMap<TensorId, Int8Array>;
}
