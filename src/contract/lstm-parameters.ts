import type { QuantizedMultiplier } from '../arith';

/** Everything a gate needs at run time, integers only. Matrices are row-major. Paper section 3.2. */
export interface LstmGateParameters {
  /** `[units, inputElements]` */
  readonly inputWeights: Int8Array;
  /** `[units, outputElements]` */
  readonly recurrentWeights: Int8Array;
  /** Effective bias of the input accumulator, `[units]`: bias and input zero point folded in. */
  readonly inputBias: Int32Array;
  /** Effective bias of the recurrent accumulator, `[units]`: hidden zero point folded in. */
  readonly recurrentBias: Int32Array;
  readonly inputMultiplier: QuantizedMultiplier;
  readonly recurrentMultiplier: QuantizedMultiplier;
  readonly peephole: { readonly weights: Int16Array; readonly multiplier: QuantizedMultiplier } | null;
  readonly layerNorm: LayerNormParameters | null;
}

export interface LayerNormParameters {
  /** Coefficients, `[units]`. */
  readonly weights: Int16Array;
  /** Gate bias, `[units]`, at scale `2^-10 * coefficient scale`. */
  readonly bias: Int32Array;
  readonly multiplier: QuantizedMultiplier;
  /** Variance used where the computed one is below 1: `max(1, trunc(10000 * coefficient scale))`. */
  readonly varianceFloor: number;
}

/** One direction of an LSTM layer, integers only. */
export interface LstmDirectionParameters {
  readonly inputElements: number;
  readonly units: number;
  /** Elements of the hidden state that recurs: `units` without projection. */
  readonly outputElements: number;
  readonly gates: {
    /** null with a coupled input-forget gate: i = 32767 - f. */
    readonly input: LstmGateParameters | null;
    readonly forget: LstmGateParameters;
    readonly cell: LstmGateParameters;
    readonly output: LstmGateParameters;
  };
  /** The cell state's scale is `2^cellScaleLog2`, -15 to -9. */
  readonly cellScaleLog2: number;
  /** Bound of the cell state in its own units, 0 for none. */
  readonly cellClip: number;
  /** From the Q0.30 product of output gate and tanh(cell) to the hidden value. */
  readonly hiddenMultiplier: QuantizedMultiplier;
  /** Added after `hiddenMultiplier`: the hidden zero point, negated on the projection path as TFLite does. */
  readonly hiddenOffset: number;
  readonly projection: LstmProjectionParameters | null;
  /** Zero point of the output and its state; also the state's reset value. */
  readonly outputZeroPoint: number;
}

export interface LstmProjectionParameters {
  /** `[outputElements, units]` */
  readonly weights: Int8Array;
  /** Effective bias, `[outputElements]`: bias and hidden zero point folded in. */
  readonly bias: Int32Array;
  readonly multiplier: QuantizedMultiplier;
  /** Bound of the projected value, around 0 and not around the zero point, as TFLite clips; 0 for none. */
  readonly clip: number;
}
