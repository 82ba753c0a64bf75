import { at } from '../../errors';
import type { Range } from '../range';
import { Extremes } from './extremes';

const BINS = 8192;
const HALF = BINS / 2;
/** Half the smallest positive float32. */
const SMALLEST_LOG2_REACH = -150;

/**
 * Counts of values in equal bins over `[-2^k, 2^k)`, where k grows as larger values come: then pairs of bins merge
 * exactly, so the counts do not depend on the order of the values. A bin is at most 1/2048 of the largest magnitude.
 */
export class Histogram {
  private counts = new Float64Array(BINS);
  private log2Reach = -Infinity;
  private readonly extremes = new Extremes();

  include(values: Float32Array): void {
    this.extremes.include(values);
    const { min, max } = this.extremes.range;
    const magnitude = Math.max(-min, max);
    if (magnitude > 0) this.growBeyond(magnitude);
    const binsPerUnit = HALF / this.reach;
    for (const value of values) {
      const bin = value === 0 ? HALF : HALF + Math.floor(value * binsPerUnit);
      this.counts[bin] = at(this.counts, bin) + 1;
    }
  }

  /** The smallest and largest value seen. */
  get range(): Range {
    return this.extremes.range;
  }

  /** Centre and count of each bin that holds anything, in ascending order. */
  filledBins(): { centre: number; count: number }[] {
    const width = this.reach / HALF;
    return Array.from(this.counts, (count, bin) => ({ centre: (bin - HALF + 0.5) * width, count })).filter(
      ({ count }) => count > 0,
    );
  }

  /**
   * Value below which the given share of all values lies, interpolated inside its bin.
   *
   * @param share 0 to 1
   */
  quantile(share: number): number {
    const { min, max } = this.extremes.range;
    const width = this.reach / HALF;
    let remaining = share * this.counts.reduce((sum, count) => sum + count, 0);
    for (const [bin, count] of this.counts.entries()) {
      if (count > 0 && remaining <= count) {
        const value = (bin - HALF + remaining / count) * width;
        return Math.min(Math.max(value, min), max);
      }
      remaining -= count;
    }
    return max;
  }

  private get reach(): number {
    return Number.isFinite(this.log2Reach) ? 2 ** this.log2Reach : 1;
  }

  /** Makes the reach the smallest power of two above a magnitude, so that no value falls on its open end. */
  private growBeyond(magnitude: number): void {
    let log2Reach = Number.isFinite(this.log2Reach) ? this.log2Reach : SMALLEST_LOG2_REACH;
    while (2 ** log2Reach <= magnitude) log2Reach += 1;
    if (log2Reach === this.log2Reach) return;
    // What was counted before the first nonzero value are zeros, which stay in the bin at 0.
    const merged = Number.isFinite(this.log2Reach) ? Math.min(2 ** (log2Reach - this.log2Reach), BINS) : 1;
    const counts = new Float64Array(BINS);
    for (const [bin, count] of this.counts.entries()) {
      const target = HALF + Math.floor((bin - HALF) / merged);
      counts[target] = at(counts, target) + count;
    }
    this.counts = counts;
    this.log2Reach = log2Reach;
  }
}
