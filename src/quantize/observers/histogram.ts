import { at } from '../../errors';
import type { Range } from '../range';
import { Extremes } from './extremes';

const DEFAULT_BINS = 8192;
/** Half the smallest positive float32. */
const SMALLEST_LOG2_REACH = -150;

/**
 * Counts of values in equal bins over `[-2^k, 2^k)`, where k grows as larger values come: then pairs of bins merge
 * exactly, so the counts do not depend on the order of the values. A bin is at most 4 / bins of the largest magnitude.
 */
export class Histogram {
  private counts: Float64Array;
  private log2Reach = -Infinity;
  private readonly extremes = new Extremes();
  private readonly half: number;

  /** @param bins a power of two */
  constructor(private readonly bins = DEFAULT_BINS) {
    this.counts = new Float64Array(bins);
    this.half = bins / 2;
  }

  include(values: Float32Array): void {
    this.extremes.include(values);
    const { min, max } = this.extremes.range;
    const magnitude = Math.max(-min, max);
    if (magnitude > 0) this.growBeyond(magnitude);
    const { half, counts } = this;
    const binsPerUnit = half / this.reach;
    for (const value of values) {
      const bin = value === 0 ? half : half + Math.floor(value * binsPerUnit);
      counts[bin] = at(counts, bin) + 1;
    }
  }

  /** The smallest and largest value seen. */
  get range(): Range {
    return this.extremes.range;
  }

  /** Width of each bin. */
  get binWidth(): number {
    return this.reach / this.half;
  }

  /** Centre and count of each bin that holds anything, in ascending order. */
  filledBins(): { centre: number; count: number }[] {
    const { binWidth, half } = this;
    return Array.from(this.counts, (count, bin) => ({ centre: (bin - half + 0.5) * binWidth, count })).filter(
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
    let remaining = share * this.counts.reduce((sum, count) => sum + count, 0);
    for (const [bin, count] of this.counts.entries()) {
      if (count > 0 && remaining <= count) {
        const value = (bin - this.half + remaining / count) * this.binWidth;
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
    const merged = Number.isFinite(this.log2Reach)
      ? Math.min(2 ** (log2Reach - this.log2Reach), this.bins)
      : 1;
    const { half } = this;
    const counts = new Float64Array(this.bins);
    for (const [bin, count] of this.counts.entries()) {
      const target = half + Math.floor((bin - half) / merged);
      counts[target] = at(counts, target) + count;
    }
    this.counts = counts;
    this.log2Reach = log2Reach;
  }
}
