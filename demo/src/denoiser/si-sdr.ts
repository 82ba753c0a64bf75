/**
 * Scale-invariant signal-to-distortion ratio in decibels (Le Roux et al. 2019, "SDR - half-baked or well done?"): the part of
 * the estimate that is a multiple of the target, against the rest. Infinity for a perfect estimate.
 *
 * @throws Error if the lengths differ.
 */
export function siSdr(estimate: Float32Array, target: Float32Array): number {
  if (estimate.length !== target.length) {
    throw new Error(`the estimate has ${estimate.length} samples, the target ${target.length}`);
  }
  let [product, targetPower] = [0, 0];
  for (const [index, sample] of target.entries()) {
    product += (estimate[index] ?? 0) * sample;
    targetPower += sample * sample;
  }
  const gain = product / targetPower;
  let [signal, distortion] = [0, 0];
  for (const [index, sample] of target.entries()) {
    const part = gain * sample;
    signal += part ** 2;
    distortion += ((estimate[index] ?? 0) - part) ** 2;
  }
  return 10 * Math.log10(signal / distortion);
}
