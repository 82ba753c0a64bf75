/** Samples a second, of all audio here. */
export const SAMPLE_RATE = 16_000;

/** Mean square of the samples. */
export function power(signal: Float32Array): number {
  return signal.reduce((sum, sample) => sum + sample * sample, 0) / signal.length;
}

/** A ratio of powers that is given in decibels. */
export function powerRatio(decibels: number): number {
  return 10 ** (decibels / 10);
}

/** A factor for amplitudes that is given in decibels. */
export function amplitudeRatio(decibels: number): number {
  return 10 ** (decibels / 20);
}

/** Each sample times a factor. */
export function scaled(signal: Float32Array, factor: number): Float32Array {
  return signal.map((sample) => sample * factor);
}

/** The largest magnitude among the samples. */
export function peak(signal: Float32Array): number {
  return signal.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), 0);
}

/** Adds `part` to `target` from sample `begin` on; what does not fit is left out. */
export function addAt(target: Float32Array, part: Float32Array, begin: number): void {
  const fitting = part.subarray(0, Math.max(target.length - begin, 0));
  for (const [index, sample] of fitting.entries())
    target[begin + index] = (target[begin + index] ?? 0) + sample;
}
