import type { DType } from '../model';

/**
 * The recipe of Li & Alvarez 2021 (arXiv 2101.05453), table 2 and sections 3.2.2 to 3.2.9, as data: which integer type
 * each tensor takes, and where its scale comes from. It covers all 16 mixtures of layer norm, projection, peephole
 * connections and coupled input-forget gate (CIFG): a row may apply to some of them only, and for every mixture each
 * role has exactly one row, or none if the mixture lacks that tensor. CIFG changes no row; it removes a gate.
 */

/** The stages that an LSTM has or lacks. */
export interface LstmVariant {
  /** Gates are normalised before their activation. */
  readonly layerNorm: boolean;
  /** A matrix makes the output of the hidden value. */
  readonly projection: boolean;
  /** Gates see the cell state. */
  readonly peephole: boolean;
  /** No input gate: i = 1 - f (CIFG). */
  readonly coupledInputForget: boolean;
}

/** What a tensor, or a value inside, is to an LSTM layer. */
export type LstmRole =
  | 'input'
  | 'inputWeights'
  | 'recurrentWeights'
  | 'peephole'
  | 'gateBias'
  | 'layerNorm'
  | 'preActivation'
  | 'cellState'
  | 'hidden'
  | 'projectionWeights'
  | 'projectionBias'
  | 'output'
  | 'outputState';

/** How a scale is found. All results are float32. */
export type ScaleRule<Role> =
  /** `(max - min) / 255` of the calibrated range, widened to include 0; the zero point makes 0 exact. */
  | {
      /** Name of the rule. */
      readonly rule: 'range';
    }
  /** `max|x| / steps`, of a constant's values or of a calibrated range. */
  | {
      /** Name of the rule. */
      readonly rule: 'maximum';
      /** Integers on either side of 0. */
      readonly steps: 127 | 32767;
    }
  /** `2^ceil(log2 max|x|) / 32768` of the calibrated range, its log2 kept within `minimumLog2`..`maximumLog2`. */
  | {
      /** Name of the rule. */
      readonly rule: 'powerOfTwo';
      /** Finest scale. */
      readonly minimumLog2: number;
      /** Coarsest scale. */
      readonly maximumLog2: number;
    }
  /** Product of other tensors' scales, times `2^log2`: the unit in which an accumulator already counts. */
  | {
      /** Name of the rule. */
      readonly rule: 'product';
      /** Whose scales are multiplied. */
      readonly of: readonly Role[];
      /** Power of two on top. */
      readonly log2: number;
    }
  /** Known beforehand. */
  | {
      /** Name of the rule. */
      readonly rule: 'fixed';
      /** Real distance of two neighbouring integers. */
      readonly scale: number;
      /** Integer that stands for 0. */
      readonly zeroPoint: number;
    }
  /** Scale and zero point of another tensor. */
  | {
      /** Name of the rule. */
      readonly rule: 'sameAs';
      /** Whose. */
      readonly role: Role;
    };

/** How one role becomes integers. */
export interface RecipeRow<Role> {
  /** What the tensor is to its op. */
  readonly role: Role;
  /** Its integer type. */
  readonly dtype: Extract<DType, 'int8' | 'int16' | 'int32'>;
  /** Whether the zero point is 0. */
  readonly symmetric: boolean;
  /** Where its scale comes from. */
  readonly scale: ScaleRule<Role>;
}

interface LstmRecipeRow extends RecipeRow<LstmRole> {
  /** Stages that must be present (true) or absent (false) for this row to apply. */
  readonly when: Partial<LstmVariant>;
}

/** Activations use all 256 steps. Their range is rarely centred, hence the zero point. */
export const ACTIVATION = { dtype: 'int8', symmetric: false, scale: { rule: 'range' } } as const;
/** What flows into an op, whoever made it: a graph's input, or another op's output. */
export const INPUT_RULE = { role: 'input', ...ACTIVATION } as const;
/** Weights are centred, so that the inner loop has no weight zero point; -128 is left out. */
export const WEIGHTS = { dtype: 'int8', symmetric: true, scale: { rule: 'maximum', steps: 127 } } as const;
/** Vectors are small: 16 bits cost nothing and spare the elementwise products an error. */
const COEFFICIENTS = { dtype: 'int16', symmetric: true, scale: { rule: 'maximum', steps: 32767 } } as const;

/** The rows of LSTM layers: for every mixture of stages, one row per role that it has. */
export const LSTM_RECIPE: readonly LstmRecipeRow[] = [
  { ...INPUT_RULE, when: {} },
  { role: 'inputWeights', when: {}, ...WEIGHTS },
  { role: 'recurrentWeights', when: {}, ...WEIGHTS },
  { role: 'peephole', when: { peephole: true }, ...COEFFICIENTS },
  { role: 'layerNorm', when: { layerNorm: true }, ...COEFFICIENTS },
  // Added to the input product's accumulator, so it counts in that accumulator's unit.
  {
    role: 'gateBias',
    when: { layerNorm: false },
    dtype: 'int32',
    symmetric: true,
    scale: { rule: 'product', of: ['input', 'inputWeights'], log2: 0 },
  },
  // Added after the normalisation, whose result is Q.10 times the coefficient.
  {
    role: 'gateBias',
    when: { layerNorm: true },
    dtype: 'int32',
    symmetric: true,
    scale: { rule: 'product', of: ['layerNorm'], log2: -10 },
  },
  // Beyond +-8 logistic and tanh are flat to 16 bits, so Q3.12 loses nothing that shows.
  {
    role: 'preActivation',
    when: { layerNorm: false },
    dtype: 'int16',
    symmetric: true,
    scale: { rule: 'fixed', scale: 2 ** -12, zeroPoint: 0 },
  },
  // What will be normalised may have any size.
  {
    role: 'preActivation',
    when: { layerNorm: true },
    dtype: 'int16',
    symmetric: true,
    scale: { rule: 'maximum', steps: 32767 },
  },
  // A power of two, so that adding to the state over thousands of steps is a shift and never a rounded product.
  // Its tanh is evaluated with 15 + log2(scale) integer bits, 0 to 6.
  {
    role: 'cellState',
    when: {},
    dtype: 'int16',
    symmetric: true,
    scale: { rule: 'powerOfTwo', minimumLog2: -15, maximumLog2: -9 },
  },
  { role: 'hidden', when: { projection: true }, ...ACTIVATION },
  // Without projection the hidden value is the output.
  {
    role: 'hidden',
    when: { projection: false },
    dtype: 'int8',
    symmetric: false,
    scale: { rule: 'sameAs', role: 'output' },
  },
  { role: 'projectionWeights', when: { projection: true }, ...WEIGHTS },
  {
    role: 'projectionBias',
    when: { projection: true },
    dtype: 'int32',
    symmetric: true,
    scale: { rule: 'product', of: ['projectionWeights', 'hidden'], log2: 0 },
  },
  { role: 'output', when: {}, ...ACTIVATION },
  // The state is the last output, fed back: one scale, or every step would pay a requantization.
  {
    role: 'outputState',
    when: {},
    dtype: 'int8',
    symmetric: false,
    scale: { rule: 'sameAs', role: 'output' },
  },
];

/** The row for one tensor of an LSTM, or null if this variant has no such tensor. */
export function lstmRule(role: LstmRole, variant: LstmVariant): RecipeRow<LstmRole> | null {
  return LSTM_RECIPE.find((row) => row.role === role && applies(row.when, variant)) ?? null;
}

function applies(when: Partial<LstmVariant>, variant: LstmVariant): boolean {
  return (
    (when.layerNorm ?? variant.layerNorm) === variant.layerNorm &&
    (when.projection ?? variant.projection) === variant.projection &&
    (when.peephole ?? variant.peephole) === variant.peephole &&
    (when.coupledInputForget ?? variant.coupledInputForget) === variant.coupledInputForget
  );
}
