import { InputError } from '../errors';

/** How weights become integers. */
export type WeightRounding =
  /** Each the nearest one. */
  | { readonly kind: 'nearest' }
  /**
   * Those that leave the products with the inputs that calibration saw closest to the real ones.
   *
   * `damping`: what is added to the inputs' second moments, as a share of their mean; 0.01 in the paper.
   */
  | { readonly kind: 'gptq'; readonly damping: number };

/**
 * What may be done beyond the table of the recipe. Every part leaves the integer kernels as they are: it only chooses other
 * integers, scales or borders. Each can be switched by itself; docs/quantization.md has the formulas.
 */
export interface RecipeOptions {
  /**
   * Divide each channel of an LSTM's input by its reach to the power of `exponent`, and multiply the input matrix with it.
   * `auto` is 0.75 for values that are never negative, and 0.5 otherwise. null: one scale for all channels alone.
   */
  readonly inputScaling: {
    /** How far channels are made alike: 0 not at all, 1 wholly. */
    readonly exponent: number | 'auto';
  } | null;
  /**
   * Clip what flows into LSTM layers from outside to what this percentage of the nonzero values, at either end, does not
   * leave. null: the observer's range.
   */
  readonly inputClipping: {
    /** Percentage of the nonzero values that stay as they are: 99.99. */
    readonly percentile: number;
  } | null;
  /**
   * Let LSTM layers read copies of an input that becomes integers before them, shifted by fractions of a step, through an
   * input matrix divided among the copies: where rounding the input shows in the gates' sums. null: each input once.
   */
  readonly inputCopies: {
    /** Copies that an input may have: 2 to 8. Each makes the input matrix as large again. */
    readonly most: number;
  } | null;
  /**
   * Where the input's share of a gate's sum saturates before the recurrent share, which would have brought it back, is added:
   * move a constant from one to the other, through a few units of constant output that the layer is given.
   */
  readonly constantUnits: boolean;
  /** How weights of LSTM and dense layers are rounded. */
  readonly weightRounding: WeightRounding;
  /** Take what rounding the weights adds to sums on average out of the biases. */
  readonly biasCorrection: boolean;
  /**
   * Let cell states that calibration saw beyond 64 saturate there, instead of refusing them. Cells that count timesteps and
   * never forget grow past any range; the tanh of 64 is 1.
   */
  readonly saturateCells: boolean;
  /**
   * Give each output of a dense layer its own weight scale. Finer than the recipe's one scale per layer, and as fast;
   * off in the plain recipe, because some TFLite runtimes do not take it.
   */
  readonly perChannelDense: boolean;
  /**
   * Masks, a dense layer with a logistic function behind it, in 16 bits where they end in real numbers: at a float op or at
   * the model's output, which becomes float32. Ours alone; files for TFLite have them in 8 bits.
   */
  readonly int16Masks: boolean;
}

/** The paper's table alone, or with everything that was measured to help. */
export type RecipeName = 'plain' | 'best';

/** What each named recipe switches on. */
export const RECIPES: Readonly<Record<RecipeName, RecipeOptions>> = {
  plain: {
    inputScaling: null,
    inputClipping: null,
    inputCopies: null,
    constantUnits: false,
    weightRounding: { kind: 'nearest' },
    biasCorrection: false,
    saturateCells: false,
    perChannelDense: false,
    int16Masks: false,
  },
  best: {
    inputScaling: { exponent: 'auto' },
    inputClipping: { percentile: 99.99 },
    inputCopies: { most: 2 },
    constantUnits: true,
    weightRounding: { kind: 'gptq', damping: 0.01 },
    biasCorrection: true,
    saturateCells: true,
    perChannelDense: true,
    int16Masks: true,
  },
};

/**
 * A named recipe, with single parts chosen otherwise.
 *
 * @throws InputError naming a setting that is out of its bounds.
 */
export function recipeOptions(name: RecipeName, chosen: Partial<RecipeOptions>): RecipeOptions {
  if (!Object.hasOwn(RECIPES, name)) {
    throw new InputError(`recipe: got "${name}"; expected ${Object.keys(RECIPES).join(' or ')}`);
  }
  const recipe = RECIPES[name];
  const {
    inputScaling = recipe.inputScaling,
    inputClipping = recipe.inputClipping,
    inputCopies = recipe.inputCopies,
    constantUnits = recipe.constantUnits,
    weightRounding = recipe.weightRounding,
    biasCorrection = recipe.biasCorrection,
    saturateCells = recipe.saturateCells,
    perChannelDense = recipe.perChannelDense,
    int16Masks = recipe.int16Masks,
  } = chosen;
  if (inputScaling !== null && inputScaling.exponent !== 'auto') {
    requireWithin('input scaling: the exponent', inputScaling.exponent, 0, 1);
  }
  if (inputClipping !== null) {
    requireWithin('input clipping: the percentile', inputClipping.percentile, 50, 100);
  }
  if (inputCopies !== null) {
    requireWithin('input copies: the number', inputCopies.most, 2, 8);
    if (!Number.isInteger(inputCopies.most)) {
      throw new InputError(`input copies: the number is ${inputCopies.most}; expected a whole one`);
    }
  }
  if (weightRounding.kind === 'gptq') requireWithin('GPTQ: the damping', weightRounding.damping, 0, 1);
  return {
    inputScaling,
    inputClipping,
    inputCopies,
    constantUnits,
    weightRounding,
    biasCorrection,
    saturateCells,
    perChannelDense,
    int16Masks,
  };
}

function requireWithin(subject: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new InputError(`${subject} is ${value}; expected ${low} to ${high}`);
}
