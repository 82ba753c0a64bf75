import { at } from '../errors';
import type { Random } from './random';

/** What a row of features at one timestep holds. */
type Pattern = (timestep: number, feature: number) => number;

/**
 * Input of one call. Most are random; some rows, or all, are at an end of the range, at the zero point, alternating, or
 * the same at every timestep.
 *
 * @param rowOf index of the row of a timestep and batch row in the input tensor
 */
export function drawInput(
  random: Random,
  sizes: { readonly batch: number; readonly timesteps: number; readonly features: number },
  zeroPoint: number,
  rowOf: (timestep: number, batchRow: number) => number,
): Int8Array<ArrayBuffer> {
  const { batch, timesteps, features } = sizes;
  const values = new Int8Array(batch * timesteps * features);
  const common = random.chance(0.5) ? drawPattern(random, features, zeroPoint) : null;
  for (let batchRow = 0; batchRow < batch; batchRow++) {
    const pattern = common ?? drawPattern(random, features, zeroPoint);
    for (let timestep = 0; timestep < timesteps; timestep++) {
      const row = rowOf(timestep, batchRow);
      for (let feature = 0; feature < features; feature++) {
        values[row * features + feature] = pattern(timestep, feature);
      }
    }
  }
  return values;
}

function drawPattern(random: Random, features: number, zeroPoint: number): Pattern {
  const constant = random.int8(features);
  const width = random.integer(1, 30);
  return random.weighted<Pattern>([
    [50, () => random.integer(-128, 127)],
    [12, () => (random.chance(0.2) ? random.pick([-128, 127, zeroPoint]) : random.integer(-128, 127))],
    [8, () => Math.max(-128, Math.min(127, zeroPoint + random.integer(-width, width)))],
    [5, () => -128],
    [5, () => 127],
    [5, () => zeroPoint],
    [5, (timestep) => (timestep % 2 === 0 ? -128 : 127)],
    [5, (_, feature) => (feature % 2 === 0 ? -128 : 127)],
    [5, (_, feature) => at(constant, feature)],
  ]);
}
