import {
  roundingDivideByPot,
  roundingDoublingHighMulI16,
  saturateI8,
  saturatingShiftLeftI16,
} from '../arith';
import { UnsupportedModelError } from '../errors';
import type { Graph, HardSwishOp } from '../model';
import { scaleOf, zeroPointOf } from './constants';
import { effectiveMultiplier } from './effective-multiplier';
import { float32Product, float32Quotient } from './float32';

/** Left shift that puts an int8 difference into the high bits of an int16. */
const HIGH_RESOLUTION_SHIFT = 7;
/** Unit of the gate `clamp(x + 3, 0, 6) / 6` while it is still symmetric: 3.0 is 2^15. */
const GATE_SCALE = float32Quotient(3, 32768);

/**
 * `x * clamp(x + 3, 0, 6) / 6` in int16 fixed point. With x' = (q - z_x) * 2^7: a gate from -1 to 1 by rescaling x' to
 * thirds and saturating, moved to [0, 1]; times x' on the output's scale before its right shift; then that shift, with
 * ties away from zero.
 *
 * TFLite `kernels/internal/reference/hard_swish.h`, and `activations.cc`, `HardSwishPrepare`.
 *
 * @throws UnsupportedModelError if the output's scale is below 1/128 of the input's, which TFLite refuses too.
 */
export function hardSwishFunction(op: HardSwishOp, graph: Graph): (value: number) => number {
  const [inputScale, outputScale] = [scaleOf(graph, op.input), scaleOf(graph, op.output)];
  const [inputZeroPoint, outputZeroPoint] = [zeroPointOf(graph, op.input), zeroPointOf(graph, op.output)];
  const highResolutionScale = float32Product(2 ** -HIGH_RESOLUTION_SHIFT, inputScale);
  const output = multiplierI16(op.name, float32Quotient(highResolutionScale, outputScale));
  const gate = multiplierI16(op.name, float32Quotient(highResolutionScale, GATE_SCALE));
  if (output.shift > 0) {
    throw new UnsupportedModelError([
      {
        subject: op.name,
        reason: `its output scale ${outputScale} is too fine for its input scale ${inputScale}; requantize the model`,
      },
    ]);
  }
  return (value) => {
    const wide = (value - inputZeroPoint) << HIGH_RESOLUTION_SHIFT;
    const onOutputScale = roundingDoublingHighMulI16(wide, output.multiplier);
    const product = doublingHighMulTowardZero(gateQ0_15(wide, gate), onOutputScale);
    return saturateI8(roundingDivideByPot(product, -output.shift) + outputZeroPoint);
  };
}

/**
 * The gate in [0, 1], Q0.15. A left shift is split so that saturation only ever happens in its last bit, after the
 * multiplication.
 */
function gateQ0_15(wide: number, { multiplier, shift }: MultiplierI16): number {
  const shifted = shift > 0 ? saturatingShiftLeftI16(wide, shift - 1) : wide;
  const scaled = roundingDoublingHighMulI16(shifted, multiplier);
  const symmetric = shift > 0 ? saturatingShiftLeftI16(scaled, 1) : roundingDivideByPot(scaled, -shift);
  return (symmetric + (1 << 15)) >> 1;
}

interface MultiplierI16 {
  /** Q0.15, 2^14 to 2^15 - 1. */
  readonly multiplier: number;
  readonly shift: number;
}

/** A quantized multiplier with 15 fraction bits instead of 31, rounded with ties toward positive infinity. */
function multiplierI16(subject: string, real: number): MultiplierI16 {
  const { multiplier, shift } = effectiveMultiplier(subject, real);
  return { multiplier: Math.min((multiplier + (1 << 15)) / 2 ** 16, 32767) | 0, shift };
}

/** `a * b / 2^15` truncated toward zero, for int16 values that are not both -2^15. */
function doublingHighMulTowardZero(a: number, b: number): number {
  return Math.trunc((a * b) / 2 ** 15);
}
