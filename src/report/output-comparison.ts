import { at } from '../errors';
import { Growth } from './growth';
import type { GrowthPoint } from './growth';
import { SignalComparison } from './signal';
import type { IntegerMeaning, SignalReport } from './signal';

/** An output of the model, in float and in integers. */
export interface OutputReport extends SignalReport {
  /** Name of the output. */
  readonly name: string;
  /** Rows of the last dimension, and in how many of them the largest value is at the same place. */
  readonly rows: number;
  /** Rows whose largest value is at the same place in both. */
  readonly sameArgMax: number;
  /** The error along the sequence. */
  readonly growth: readonly GrowthPoint[];
}

/** How an output lies over time: `[outer, timesteps, inner]`, row-major. */
export interface TimeLayout {
  readonly outer: number;
  readonly timesteps: number;
  readonly inner: number;
}

/** One output of one call. */
export interface OutputValues {
  readonly float: Float32Array;
  readonly found: ArrayLike<number>;
  /** Size of the last dimension. */
  readonly rowElements: number;
  readonly layout: TimeLayout;
  /** Of the call, in its sequence. */
  readonly firstTimestep: number;
}

export class OutputComparison {
  readonly #name: string;
  readonly #signal: SignalComparison;
  readonly #growth = new Growth();
  #rows = 0;
  #sameArgMax = 0;

  constructor(name: string, meaning: IntegerMeaning | null) {
    this.#name = name;
    this.#signal = new SignalComparison(meaning);
  }

  add({ float, found, rowElements, layout, firstTimestep }: OutputValues): void {
    const real = this.#signal.add(float, found);
    for (let begin = 0; begin < float.length; begin += rowElements) {
      this.#rows += 1;
      const isSame =
        argMax(float.subarray(begin, begin + rowElements)) ===
        argMax(real.subarray(begin, begin + rowElements));
      if (isSame) this.#sameArgMax += 1;
    }
    const { outer, timesteps, inner } = layout;
    for (let block = 0; block < outer; block++) {
      for (let step = 0; step < timesteps; step++) {
        const begin = (block * timesteps + step) * inner;
        this.#growth.add(
          firstTimestep + step,
          float.subarray(begin, begin + inner),
          real.subarray(begin, begin + inner),
        );
      }
    }
  }

  report(): OutputReport {
    return {
      name: this.#name,
      ...this.#signal.report(),
      rows: this.#rows,
      sameArgMax: this.#sameArgMax,
      growth: this.#growth.report(),
    };
  }
}

function argMax(values: Float32Array): number {
  let best = 0;
  for (const [index, value] of values.entries()) if (value > at(values, best)) best = index;
  return best;
}
