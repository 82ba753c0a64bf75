import { at } from '../errors';
import { Histogram } from '../quantize/observers/histogram';
import type { Range } from '../quantize';
import { sqnrDecibels } from './decibels';
import { shareBins } from './share-bins';
import type { HistogramReport } from './share-bins';

/** What integers of a signal mean: `real = scale * (q - zeroPoint)`, and how far they reach. */
export interface IntegerMeaning {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly lowest: number;
  readonly highest: number;
}

export const INT8_REACH = { lowest: -128, highest: 127 } as const;
export const INT16_REACH = { lowest: -32768, highest: 32767 } as const;

/** How well integers follow a float signal, over all values seen. Real numbers throughout. */
export interface SignalReport {
  /** Number of values compared. */
  readonly values: number;
  /** null where it says nothing, see `sqnrDecibels`. */
  readonly sqnrDb: number | null;
  /** Largest distance of an integer's real value from the float one. */
  readonly maxAbsError: number;
  /** Mean of those distances. */
  readonly meanAbsError: number;
  /** Mean of integer minus float: a bias where it is not near 0. */
  readonly meanError: number;
  /** Smallest and largest float value seen. */
  readonly floatRange: Range;
  /** One integer step, and what the integers can represent; null where the signal stays float. */
  readonly integer: {
    /** Real distance of two neighbouring integers. */
    readonly step: number;
    /** Real values of the smallest and the largest integer. */
    readonly range: Range;
  } | null;
  /** Float values further than half a step outside of what the integers can represent. */
  readonly clipped: number;
  /** Integers at either end of their type. */
  readonly saturated: {
    /** At the smallest integer. */
    readonly low: number;
    /** At the largest. */
    readonly high: number;
  };
  /** How both are distributed. */
  readonly histogram: HistogramReport;
}

/** Gathers a `SignalReport`, in memory that does not grow with the number of values. */
export class SignalComparison {
  readonly #meaning: IntegerMeaning | null;
  readonly #float = new Histogram();
  readonly #integer = new Histogram();
  #values = 0;
  #signal = 0;
  #noise = 0;
  #errorSum = 0;
  #absErrorSum = 0;
  #maxAbsError = 0;
  #clipped = 0;
  #low = 0;
  #high = 0;

  /** @param meaning of the integers; null for a signal that the integer model computes in float */
  constructor(meaning: IntegerMeaning | null) {
    this.#meaning = meaning;
  }

  /**
   * @param float values of the float model
   * @param found the integer model's for the same, as integers, or as real numbers where there is no meaning
   * @returns the real values that the integers stand for
   */
  add(float: Float32Array, found: ArrayLike<number>): Float32Array {
    const real = this.#realOf(found);
    this.#float.include(float);
    this.#integer.include(real);
    this.#values += float.length;
    for (const [index, value] of float.entries()) {
      const error = at(real, index) - value;
      this.#signal += value * value;
      this.#noise += error * error;
      this.#errorSum += error;
      this.#absErrorSum += Math.abs(error);
      this.#maxAbsError = Math.max(this.#maxAbsError, Math.abs(error));
    }
    if (this.#meaning !== null) this.#countEnds(this.#meaning, float, found);
    return real;
  }

  report(): SignalReport {
    const meaning = this.#meaning;
    const integer = meaning === null ? null : { step: meaning.scale, range: representable(meaning) };
    return {
      values: this.#values,
      sqnrDb: sqnrDecibels(this.#signal, this.#noise),
      maxAbsError: this.#maxAbsError,
      meanAbsError: this.#absErrorSum / this.#values,
      meanError: this.#errorSum / this.#values,
      floatRange: this.#float.range,
      integer,
      clipped: this.#clipped,
      saturated: { low: this.#low, high: this.#high },
      histogram: shareBins(this.#float, this.#integer, integer?.step ?? null),
    };
  }

  #realOf(found: ArrayLike<number>): Float32Array {
    if (this.#meaning === null) return Float32Array.from(found);
    const { scale, zeroPoint } = this.#meaning;
    return Float32Array.from(found, (q) => scale * (q - zeroPoint));
  }

  #countEnds(meaning: IntegerMeaning, float: Float32Array, integers: ArrayLike<number>): void {
    const { min, max } = representable(meaning);
    const slack = meaning.scale / 2;
    for (const [index, value] of float.entries()) {
      if (value < min - slack || value > max + slack) this.#clipped += 1;
      const q = at(integers, index);
      if (q === meaning.lowest) this.#low += 1;
      if (q === meaning.highest) this.#high += 1;
    }
  }
}

function representable({ scale, zeroPoint, lowest, highest }: IntegerMeaning): Range {
  return { min: scale * (lowest - zeroPoint), max: scale * (highest - zeroPoint) };
}
