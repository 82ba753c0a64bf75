import { deviationOf } from '../float/layer-norm';

/** Averages one over the standard deviation of rows of values. */
export class DeviationCollector {
  private rows = 0;
  private sum = 0;

  /** @param units values per row */
  constructor(private readonly units: number) {}

  /** @param values any number of rows, one after the other */
  include(values: Float32Array): void {
    for (let begin = 0; begin < values.length; begin += this.units) {
      this.sum += 1 / deviationOf(values.subarray(begin, begin + this.units)).deviation;
      this.rows += 1;
    }
  }

  meanInverse(): number {
    return this.sum / this.rows;
  }
}
