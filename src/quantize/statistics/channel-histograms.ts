import { at } from '../../errors';
import { Histogram } from '../observers/histogram';
import type { Range } from '../range';

/** Coarser than an observer's: there is one histogram per channel. */
const BINS = 2048;

/** How the elements of each channel of vectors are distributed, and their ranges. Zeros count toward ranges only. */
export class ChannelHistograms {
  private readonly histograms: readonly Histogram[];
  private readonly scratch: Float32Array[] = [];

  constructor(readonly channels: number) {
    this.histograms = Array.from({ length: channels }, () => new Histogram(BINS));
  }

  /** @param values any number of vectors, one after the other */
  include(values: Float32Array): void {
    const { channels, histograms } = this;
    const rows = values.length / channels;
    const column = (this.scratch[rows] ??= new Float32Array(rows));
    for (const [channel, histogram] of histograms.entries()) {
      let filled = 0;
      for (let row = 0; row < rows; row++) {
        const value = at(values, row * channels + channel);
        if (value !== 0) column[filled++] = value;
      }
      if (filled > 0) histogram.include(column.subarray(0, filled));
    }
  }

  /** Range of a channel, widened to include 0. */
  range(channel: number): Range {
    const { min, max } = at(this.histograms, channel).range;
    return { min: Math.min(min, 0), max: Math.max(max, 0) };
  }

  /**
   * The range that holds all but the rarest nonzero values of all channels together at either end, after each channel is
   * divided by its divisor; it includes 0.
   *
   * @param share 0.5 to 1, of the nonzero values, that each end covers.
   */
  dividedRange(divisors: readonly number[], share: number): Range {
    const bins = this.histograms.flatMap((histogram, channel) => {
      const divisor = at(divisors, channel);
      const reach = histogram.binWidth / 2 / divisor;
      return histogram.filledBins().map(({ centre, count }) => ({ value: centre / divisor, reach, count }));
    });
    bins.sort((a, b) => a.value - b.value);
    const total = bins.reduce((sum, { count }) => sum + count, 0);
    const extremes = this.histograms.map((_, channel) => this.range(channel));
    const lowest = Math.min(0, ...extremes.map(({ min }, channel) => min / at(divisors, channel)));
    const highest = Math.max(0, ...extremes.map(({ max }, channel) => max / at(divisors, channel)));
    let below = 0;
    let [min, max] = [lowest, highest];
    const rare = (1 - share) * total;
    for (const { value, reach, count } of bins) {
      if (below <= rare) min = value - reach;
      if (below < total - rare) max = value + reach;
      below += count;
    }
    // A bin may reach beyond the values in it.
    return { min: Math.min(0, Math.max(min, lowest)), max: Math.max(0, Math.min(max, highest)) };
  }
}
