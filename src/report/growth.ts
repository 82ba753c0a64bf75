import { at } from '../errors';
import { sqnrDecibels } from './decibels';

/** Error of some consecutive timesteps, over all sequences. */
export interface GrowthPoint {
  /** Of the sequence, counted from 0. */
  readonly firstTimestep: number;
  /** Number of timesteps that share the point. */
  readonly timesteps: number;
  /** Root of the mean squared error of all values in them. */
  readonly rmsError: number;
  /** Largest error in them. */
  readonly maxAbsError: number;
  /** Power of the float signal over that of the error; null where it says nothing. */
  readonly sqnrDb: number | null;
}

interface Bucket {
  values: number;
  signal: number;
  noise: number;
  max: number;
}

/** Points of a chart; twice as many timesteps share one whenever a sequence is longer. */
const MOST_POINTS = 128;

/** Gathers errors by timestep of the sequence, in memory that does not grow with its length. */
export class Growth {
  #stepsPerPoint = 1;
  #buckets: Bucket[] = [];

  add(timestep: number, float: Float32Array, real: Float32Array): void {
    while (timestep >= MOST_POINTS * this.#stepsPerPoint) this.#halve();
    const index = Math.floor(timestep / this.#stepsPerPoint);
    while (this.#buckets.length <= index) this.#buckets.push({ values: 0, signal: 0, noise: 0, max: 0 });
    const bucket = at(this.#buckets, index);
    bucket.values += float.length;
    for (const [position, value] of float.entries()) {
      const error = Math.abs(at(real, position) - value);
      bucket.signal += value * value;
      bucket.noise += error * error;
      bucket.max = Math.max(bucket.max, error);
    }
  }

  report(): GrowthPoint[] {
    return this.#buckets.map(({ values, signal, noise, max }, index) => ({
      firstTimestep: index * this.#stepsPerPoint,
      timesteps: this.#stepsPerPoint,
      rmsError: values === 0 ? 0 : Math.sqrt(noise / values),
      maxAbsError: max,
      sqnrDb: sqnrDecibels(signal, noise),
    }));
  }

  #halve(): void {
    this.#stepsPerPoint *= 2;
    const merged: Bucket[] = [];
    for (const [index, bucket] of this.#buckets.entries()) {
      const target = merged[index >> 1];
      if (target === undefined) merged.push(bucket);
      else {
        target.values += bucket.values;
        target.signal += bucket.signal;
        target.noise += bucket.noise;
        target.max = Math.max(target.max, bucket.max);
      }
    }
    this.#buckets = merged;
  }
}
