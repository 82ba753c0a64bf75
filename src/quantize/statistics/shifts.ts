/* eslint-disable @typescript-eslint/no-non-null-assertion -- Every gate sum that calibration sees passes these loops; their
   bounds are the constructor's. */
import { logistic } from '../float/lstm';

/**
 * Gates whose sums can be shifted. The forget gate's first step multiplies an empty cell, and the output gate's is soon over;
 * what the input and cell gates get wrong in it would stay in the cell.
 */
export const SHIFTED_GATES = ['forget', 'output'] as const;

/** Where Q3.12 saturates. */
const LIMIT = 8;
/** Largest shift that is tried; steps are of 1. */
const LARGEST_SHIFT = 10;
/**
 * How much an output gate's error in the first step of a sequence counts, when the constant is not there yet: what it leads to
 * lasts longer than a step, and it comes with every sequence. Chosen on mixtures of noise and speech that no table shows.
 */
const FIRST_STEP_WEIGHT = 10;
/** Mean square error of a gate that is worth a shift: that of rounding to steps of 1/128, as int8 outputs have. */
const NOTICEABLE = 1 / 128 ** 2 / 12;

/**
 * Finds what a gate's sums lose because the kernel saturates the input's share, `W x + b`, before it adds the recurrent share,
 * and which constant, moved from the recurrent share to the input's, would have kept that smallest:
 *
 *     sat(sat(W x + b + shift) + R h - shift)
 */
export class ShiftCollector {
  private inputShare: Float32Array | null = null;
  private readonly errors: Float64Array;
  private readonly firstStepWeight: number;
  private isFirstStep = true;
  private count = 0;

  constructor(
    private readonly units: number,
    gate: (typeof SHIFTED_GATES)[number],
  ) {
    this.errors = new Float64Array(units * CANDIDATES.length);
    this.firstStepWeight = gate === 'forget' ? 0 : FIRST_STEP_WEIGHT;
  }

  /** @param values `[batch, units]`, of a timestep; its sums come next */
  includeInputShare(values: Float32Array): void {
    this.inputShare = values.slice();
  }

  /** @param sums `[batch, units]` */
  includeSum(sums: Float32Array): void {
    const { inputShare: shares, units, errors, isFirstStep, firstStepWeight } = this;
    if (shares === null) return;
    for (let i = 0; i < sums.length; i++) {
      const sum = sums[i]!;
      const share = shares[i]!;
      const isInside = Math.abs(sum) <= LIMIT;
      if (!isFirstStep && isInside && Math.abs(share) <= LIMIT - LARGEST_SHIFT) continue;
      const expected = logistic(sum);
      const first = (i % units) * CANDIDATES.length;
      for (let k = 0; k < CANDIDATES.length; k++) {
        const shift = CANDIDATES[k]!;
        const shifted = share + shift;
        // The constant arrives with the output of the step before.
        const rest = isFirstStep ? sum - share : sum - share - shift;
        if (!isFirstStep && isInside && Math.abs(shifted) <= LIMIT) continue;
        const error = logistic(saturate(saturate(shifted) + rest)) - expected;
        errors[first + k]! += error * error * (isFirstStep ? firstStepWeight : 1);
      }
    }
    this.count += sums.length / units;
    this.isFirstStep = false;
  }

  endSample(): void {
    this.isFirstStep = true;
  }

  /** Each unit's best shift; 0 where saturation does not show. */
  shifts(): Float32Array {
    return Float32Array.from({ length: this.units }, (_, unit) => {
      const errors = this.errors.subarray(unit * CANDIDATES.length, (unit + 1) * CANDIDATES.length);
      if (errors[0]! <= NOTICEABLE * this.count) return 0;
      let best = 0;
      for (let k = 1; k < errors.length; k++) if (errors[k]! < errors[best]!) best = k;
      return CANDIDATES[best]!;
    });
  }
}

/** 0, 1, -1, 2, -2, and so on, so that the smallest of equals is found first. */
const CANDIDATES: readonly number[] = [
  0,
  ...Array.from({ length: LARGEST_SHIFT }, (_, index) => [index + 1, -(index + 1)]).flat(),
];

function saturate(value: number): number {
  return Math.min(Math.max(value, -LIMIT), LIMIT);
}
