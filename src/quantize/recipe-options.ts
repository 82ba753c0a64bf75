/**
 * What may be done beyond the table of the recipe. Every part leaves the integer kernels as they are: it only chooses other
 * integers, scales or borders. Each can be switched by itself; docs/quantization.md has the formulas.
 */
export interface RecipeOptions {
  /**
   * Give each output of a dense layer its own weight scale. Finer than the recipe's one scale per layer, and as fast;
   * off in the plain recipe, because some TFLite runtimes do not take it.
   */
  readonly perChannelDense: boolean;
}

/** The paper's table alone, or with everything that was measured to help. */
export type RecipeName = 'plain' | 'best';

/** What each named recipe switches on. */
export const RECIPES: Readonly<Record<RecipeName, RecipeOptions>> = {
  plain: { perChannelDense: false },
  best: { perChannelDense: true },
};

/** A named recipe, with single parts chosen otherwise. */
export function recipeOptions(name: RecipeName, chosen: Partial<RecipeOptions>): RecipeOptions {
  const { perChannelDense = RECIPES[name].perChannelDense } = chosen;
  return { perChannelDense };
}
