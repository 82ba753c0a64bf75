import type { LoweredLstm } from '../../lower/lstm';
import type { LayerSizes } from '../layer-sizes';
import type { GateTables } from './gate-tables';
import type { LstmKernelChoice } from './lstm-kernels';
import { chooseTogether, neighboursOf, stackOf } from './lstm-stack';
import type { PlanBuilder } from './plan-builder';
import { planWavefront } from './plan-wavefront';

/** What the layers of a stack share. */
export interface StackSizes {
  readonly sizes: LayerSizes;
  /** Of the first layer. */
  readonly choice: LstmKernelChoice;
  readonly paddedBatch: number;
}

/** Layers that advance together: loaded with models that have layers which follow each other. */
export interface Wavefronts {
  readonly stackOf: typeof stackOf;
  readonly neighboursOf: typeof neighboursOf;
  readonly chooseTogether: typeof chooseTogether;
  readonly plan: (
    layers: readonly LoweredLstm[],
    shared: StackSizes,
    builder: PlanBuilder,
    gateTables: GateTables | null | undefined,
  ) => void;
}

export const wavefronts: Wavefronts = {
  stackOf,
  neighboursOf,
  chooseTogether,
  plan: planWavefront,
};
