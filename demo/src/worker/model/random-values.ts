import { seededRandom } from '../sampling';

/** Numbers of the standard normal distribution that a seed determines (Box and Muller). */
export function normalValues(seed: number, count: number): Float32Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

/** Whole numbers from `low` up to `high`, as likely each. */
export function wholeValues(seed: number, count: number, [low, high]: readonly [number, number]): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => low + Math.floor(random() * (high - low + 1)));
}
