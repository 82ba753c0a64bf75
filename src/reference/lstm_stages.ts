import type { LstmDirectionParameters } from '../contract/lstm-parameters';

/** Everything one timestep of one batch row passes through. Arrays over gates are `[4, units]` in the order i, f, c, o. */
export interface LstmStages {
  /** `R h + bias`, int32. */
  readonly recurrentAccumulator: Int32Array;
  /** Input side + recurrent side + peephole, int16: what layer norm normalises. */
  readonly gateSum: Int16Array;
  /** What the nonlinearity sees, Q3.12; equal to `gateSum` without layer norm. */
  readonly preActivation: Int16Array;
  /** Gates after their nonlinearity, Q0.15. */
  readonly activation: Int16Array;
  /** int8 `[units]`: the output, or what is projected. */
  readonly hidden: Int8Array;
}

/** Room for the stages of a layer; reused from step to step. */
export function createStages({ units }: LstmDirectionParameters): LstmStages {
  return {
    recurrentAccumulator: new Int32Array(4 * units),
    gateSum: new Int16Array(4 * units),
    preActivation: new Int16Array(4 * units),
    activation: new Int16Array(4 * units),
    hidden: new Int8Array(units),
  };
}
