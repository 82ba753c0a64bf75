import type { Range } from '../range';

/** The smallest and largest value seen. */
export class Extremes {
  private min = Infinity;
  private max = -Infinity;

  include(values: Float32Array): void {
    for (const value of values) {
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
    }
  }

  get range(): Range {
    return { min: this.min, max: this.max };
  }
}
