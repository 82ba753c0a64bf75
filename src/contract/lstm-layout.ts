import type { LstmDirectionParameters } from './lstm-parameters';

/** Order of the gates in every array that has one element per gate: TFLite's. */
export const GATE_SLOTS = ['input', 'forget', 'cell', 'output'] as const;

/** Which of the paper's options a layer has; each is a stage of the one gate pipeline. */
export interface LstmVariant {
  readonly layerNorm: boolean;
  readonly peephole: boolean;
  /** Coupled input-forget gate: no input gate, i = 1 - f. */
  readonly coupledGates: boolean;
  readonly projection: boolean;
}

/** The options that a direction's parameters imply. */
export function variantOf({ gates, projection }: LstmDirectionParameters): LstmVariant {
  return {
    layerNorm: gates.forget.layerNorm !== null,
    peephole: gates.forget.peephole !== null,
    coupledGates: gates.input === null,
    projection: projection !== null,
  };
}
