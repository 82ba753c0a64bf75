import type { FloatUnaryOperation } from '../contract/float-op-parameters';
import { LARGEST_FLOAT32 } from '../contract/float-op-parameters';
import { at, unreachable } from '../errors';
import type { LoweredFloat } from '../lower/float';

/** One unit in the last place of a float32 in [1, 2). */
const UNIT = 2 ** -23;
/** Functions that WGSL bounds by a few units: quotients by 2.5, inverse square roots by 2, logarithms by 3. */
const FEW_UNITS = 8 * UNIT;
/** exp is bounded by 3 + 2 |x| units, and |x| by 88, beyond which it overflows or vanishes. */
const EXPONENTIAL = 256 * UNIT;
/** WGSL's log is 2^-21 off at most near 1; our tanh loses what cancels in 1 - exp(-2 |x|), near 0. */
const ABSOLUTE = 2 ** -19;
/** What devices may flush to zero. */
const SUBNORMAL = 2 ** -126;

const EXPONENTIALS: readonly FloatUnaryOperation[] = ['exp', 'logistic', 'tanh'];
const ABSOLUTES: readonly FloatUnaryOperation[] = ['log', 'tanh'];

/** How far a float32 that a device computed may lie from the twin's, which is right but for its own rounding. */
export interface FloatTolerance {
  /** In proportion to the expected value, or, of a sum, to the sum of its terms' magnitudes. */
  readonly relative: number;
  readonly absolute: number;
}

/**
 * The tolerance of an op, on the same inputs. WGSL section 15.7.4 bounds built-in functions; sums and products are correctly
 * rounded, but in any order, so each of n terms may add a unit.
 *
 * @param terms values that each element of the result sums up
 */
export function floatTolerance(lowered: LoweredFloat, terms: number): FloatTolerance {
  switch (lowered.kind) {
    case 'floatUnary': {
      const { operation } = lowered.parameters;
      return {
        relative: EXPONENTIALS.includes(operation) ? EXPONENTIAL : FEW_UNITS,
        absolute: ABSOLUTES.includes(operation) ? ABSOLUTE : SUBNORMAL,
      };
    }
    case 'floatBinary':
      return { relative: FEW_UNITS, absolute: SUBNORMAL };
    case 'floatSoftmax':
      return { relative: EXPONENTIAL + terms * UNIT, absolute: SUBNORMAL };
    case 'floatMean':
    case 'floatFullyConnected':
    case 'floatConv2d':
      return { relative: FEW_UNITS + terms * UNIT, absolute: SUBNORMAL };
    case 'floatQuantize':
    case 'floatDequantize':
    case 'floatDequantizeInt16':
      return { relative: 0, absolute: 0 };
    default:
      return unreachable(lowered);
  }
}

/**
 * Index of the first element that is further from what is expected than it may be; null if none is. Where NaN is expected, or
 * a value overflowed, anything is right: WGSL says nothing of it.
 *
 * @param magnitudes what `relative` is in proportion to
 */
export function firstBeyond(
  expected: Float32Array,
  actual: Float32Array,
  magnitudes: Float32Array,
  { relative, absolute }: FloatTolerance,
): number | null {
  for (const [index, wanted] of expected.entries()) {
    if (!(Math.abs(wanted) < LARGEST_FLOAT32)) continue;
    const most = absolute + relative * Math.abs(at(magnitudes, index));
    if (!(Math.abs(at(actual, index) - wanted) <= most)) return index;
  }
  return null;
}
