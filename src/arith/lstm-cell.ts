import { multiplyByQuantizedMultiplier } from './requantize';
import type { QuantizedMultiplier } from './quantized-multiplier';
import { roundingDivideByPot } from './rounding';
import { saturateI16, saturateI8 } from './saturate';
import { tanhQ0_15 } from './tanh';

/**
 * New cell state `f * c + i * g`. Paper section 3.2.4; TFLite `UpdateLstmCellInteger`.
 *
 * Gates are Q0.15, cell states int16 at scale `2^cellScaleLog2`. `f * c` is at most 2^30 in magnitude, and so is
 * `i * g` in Q0.30: no overflow. Both are divided with ties away from zero, saturated to int16, added with saturation,
 * and bounded by `clip` if that is positive.
 */
export function updateCellState(
  forgetGate: number,
  inputGate: number,
  cellGate: number,
  cell: number,
  cellScaleLog2: number,
  clip: number,
): number {
  const kept = saturateI16(roundingDivideByPot(forgetGate * cell, 15));
  const added = saturateI16(roundingDivideByPot(inputGate * cellGate, 30 + cellScaleLog2));
  const next = saturateI16(kept + added);
  return clip > 0 ? Math.min(Math.max(next, -clip), clip) : next;
}

/**
 * Hidden value `o * tanh(c)` as int8. Paper section 3.2.5; TFLite `CalculateLstmOutputInteger8x8_16`.
 *
 * Output gate and tanh are Q0.15, so their product is Q0.30 and below 2^30 in magnitude. `offset` is added after
 * requantization, before saturation.
 */
export function hiddenValue(
  outputGate: number,
  cell: number,
  cellScaleLog2: number,
  multiplier: QuantizedMultiplier,
  offset: number,
): number {
  const product = outputGate * tanhQ0_15(cell, 15 + cellScaleLog2);
  return saturateI8(multiplyByQuantizedMultiplier(product, multiplier) + offset);
}

/** Input gate of a coupled input-forget gate (CIFG): `1 - f` in Q0.15. */
export function coupledInputGate(forgetGate: number): number {
  return 32767 - forgetGate;
}
