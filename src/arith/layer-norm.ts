import { SQRT_HALF_Q0_31, THREE_HALVES_Q3_28 } from './constants';
import { roundingDoublingHighMulI32 } from './high-multiply';
import { quantizedMultiplier } from './quantized-multiplier';
import type { QuantizedMultiplier } from './quantized-multiplier';
import { multiplyAndShift, multiplyByQuantizedMultiplier } from './requantize';
import { roundingDivideByPot } from './rounding';
import { saturateI16, saturatingShiftLeftI32 } from './saturate';

const Q3_12_FRACTIONAL_BITS = 12;

/** What layer norm needs to know of a row before it can normalise an element. */
export interface LayerNormStatistics {
  /** Mean of the row in units of 2^-10, truncated toward zero. */
  readonly mean: number;
  /** 1 / standard deviation. */
  readonly inverseStdDev: QuantizedMultiplier;
}

/**
 * Mean and inverse standard deviation of a row of `n` int16 values, from their sum and the sum of their squares.
 *
 * The mean of squares is `sumOfSquares * trunc(2^20 / n) / 2^20`, which falls short unless `n` is a power of two; that is
 * part of the bits. The variance is truncated toward zero; where it comes out below 1, `varianceFloor` takes its place.
 *
 * With n up to 65,535, the limit of the shader: |sum| <= 2^31 and sumOfSquares <= 2^46 are exact in doubles and so is
 * every product here, because |1024 * sum| <= 2^41, |mean| <= 2^25, and sumOfSquares * trunc(2^20 / n) and mean^2
 * are at most 2^50. The variance is at most 2^30.
 *
 * Source: TFLite `kernels/internal/reference/portable_tensor_utils.cc`, `PortableApplyLayerNorm`; Li & Alvarez 2021
 * (arXiv 2101.05453), section on layer normalisation.
 */
export function layerNormStatistics(
  sum: number,
  sumOfSquares: number,
  n: number,
  varianceFloor: number,
): LayerNormStatistics {
  const mean = Math.trunc((sum * 1024) / n) | 0;
  const inverseCountQ20 = Math.trunc(2 ** 20 / n);
  const variance = Math.trunc((sumOfSquares * inverseCountQ20 - mean * mean) / 2 ** 20);
  return { mean, inverseStdDev: inverseSqrtMultiplier(variance < 1 ? varianceFloor : variance) };
}

/**
 * 1 / sqrt(x) for an int32 x of at least 1, as a multiplier with a shift of -12 to 0.
 *
 * x is brought into [2^27, 2^29) by an even power of two, read as Q3.28 after halving, so in [1/4, 1); five
 * Newton-Raphson steps y (3/2 - x y^2 / 2) from y = 1 give its inverse root in [1, 2], and sqrt(1/2) undoes the halving.
 * x = 1, whose root would not fit, is answered with the largest multiplier.
 *
 * Source: TFLite `kernels/internal/common.h`, `GetInvSqrtQuantizedMultiplierExp`.
 */
export function inverseSqrtMultiplier(x: number): QuantizedMultiplier {
  if (x <= 1) return quantizedMultiplier(0x7fffffff, 0);
  let rightShift = 11;
  let scaled = x;
  if (scaled >= 1 << 29) {
    scaled >>= 2;
    rightShift += 1;
  }
  const bitPairs = ((Math.clz32(scaled) - 1) >> 1) - 1;
  rightShift -= bitPairs;
  scaled <<= 2 * bitPairs;

  const halfInputQ3_28 = roundingDivideByPot(scaled >> 1, 1);
  let root = 1 << 28;
  for (let step = 0; step < 5; step++) root = inverseSqrtStep(root, halfInputQ3_28);
  const multiplier = roundingDoublingHighMulI32(root, SQRT_HALF_Q0_31);
  return quantizedMultiplier(multiplier << Math.max(-rightShift, 0), 0 - Math.max(rightShift, 0));
}

/** y (3/2 - (x / 2) y^2), all Q3.28; the products' 9 and 6 integer bits are shifted back to 3. */
function inverseSqrtStep(y: number, halfInputQ3_28: number): number {
  const ySquared = roundingDoublingHighMulI32(y, y);
  const yCubed = saturatingShiftLeftI32(roundingDoublingHighMulI32(ySquared, y), 6);
  const next =
    roundingDoublingHighMulI32(THREE_HALVES_Q3_28, y) - roundingDoublingHighMulI32(halfInputQ3_28, yCubed);
  return saturatingShiftLeftI32(next, 3);
}

/**
 * One int16 pre-activation `v`, normalised, times the coefficient `weight` (int16), plus `bias` (int32, 2^-10 of the
 * coefficient's scale), as Q3.12 saturated to int16. `multiplier` is the coefficient's scale; the 12 fractional bits of
 * the result are added to its shift here, which must not exceed 19. A larger one would mean coefficients in the hundred
 * thousands, and a variance floor of 10,000 times their scale that no longer fits an int32.
 *
 * |1024 v - mean| <= 2^26. The weighted sum wraps in int32, as TFLite's does: the normalised value is at most
 * 1024 sqrt(n), so with n below 4,096 only a bias beyond 2^31 - 2^25 sqrt(n) can make it, and with a degenerate variance
 * (all of it lost to the truncated 2^20 / n) the coefficient can. Dividing it by 1024 rounds ties away from zero.
 *
 * Source: TFLite `kernels/internal/reference/portable_tensor_utils.cc`, `PortableApplyLayerNorm`.
 */
export function layerNormElement(
  v: number,
  { mean, inverseStdDev }: LayerNormStatistics,
  weight: number,
  bias: number,
  multiplier: QuantizedMultiplier,
): number {
  const normalised = multiplyByQuantizedMultiplier(1024 * v - mean, inverseStdDev);
  const weighted = roundingDivideByPot((Math.imul(normalised, weight) + bias) | 0, 10);
  return saturateI16(
    multiplyAndShift(weighted, multiplier.multiplier, multiplier.shift + Q3_12_FRACTIONAL_BITS),
  );
}
