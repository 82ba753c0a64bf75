import { GATE_TABLE_BYTES, TANH_TABLE_INTEGER_BITS } from '../../contract/gate-table-bindings';
import { packLogisticTable, packTanhTable } from '../../contract/gate-tables';
import type { LstmDirectionParameters } from '../../contract/lstm-parameters';
import type { Activations } from './lstm-kernels';
import type { LstmTuning } from './lstm-tuning';
import type { PlanBuilder } from './plan-builder';
import type { BufferRange } from './plan';

/** What a kernel takes to look its gate functions up. */
export interface PlannedGateTables {
  readonly bindings: { readonly logistic_table: BufferRange; readonly tanh_table: BufferRange };
  /** Shader files in the place of those that compute. */
  readonly alternatives: Readonly<Record<string, string>>;
}

/** Gate functions by table: loaded where a layer may use them, which none does by default. */
export class GateTables {
  readonly #isForced: boolean;

  /** @param isForced on all layers that they fit; otherwise on those that a tuner chose them for */
  constructor(isForced: boolean) {
    this.#isForced = isForced;
  }

  choose(directions: readonly LstmDirectionParameters[], tuned: LstmTuning): Activations {
    // The table of tanh has values for cell states of at least its integer bits.
    const fit = directions.every(({ cellScaleLog2 }) => 15 + cellScaleLog2 >= TANH_TABLE_INTEGER_BITS);
    return fit && (this.#isForced || tuned.activations === 'table') ? 'table' : 'computed';
  }

  plan(builder: PlanBuilder): PlannedGateTables {
    return {
      bindings: {
        logistic_table: builder.constantUniform('logistic table', GATE_TABLE_BYTES, packLogisticTable),
        tanh_table: builder.constantUniform('tanh table', GATE_TABLE_BYTES, packTanhTable),
      },
      alternatives: {
        'lib/logistic.wgsl': 'lib/logistic_table.wgsl',
        'lib/tanh.wgsl': 'lib/tanh_table.wgsl',
      },
    };
  }
}
