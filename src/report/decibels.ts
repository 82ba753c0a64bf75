/**
 * Signal-to-quantization-noise ratio, `10 log10(signal / noise)` of mean squares.
 *
 * @returns null where it says nothing: no noise (the integers are exact) or no signal.
 */
export function sqnrDecibels(signal: number, noise: number): number | null {
  return signal > 0 && noise > 0 ? 10 * Math.log10(signal / noise) : null;
}
