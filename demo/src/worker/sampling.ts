/** Numbers in [0, 1) that a seed determines: the top bits of a 32-bit linear congruential sequence (Numerical Recipes). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A code by its logit.
 *
 * @param temperature divides the logits: 0 takes the likeliest code, 1 draws as the model believes
 * @param chance in [0, 1), decides which
 */
export function drawCode(logits: ArrayLike<number>, temperature: number, chance: number): number {
  const values = Array.from(logits);
  const largest = Math.max(...values);
  if (temperature === 0) return values.indexOf(largest);
  const weights = values.map((value) => Math.exp((value - largest) / temperature));
  let rest = chance * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [code, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return code;
  }
  return values.indexOf(largest);
}
