import { multiplyByQuantizedMultiplier, quantizeMultiplier, saturateI8 } from '../arith';
import type { LookupParameters } from '../contract/op-parameters';
import type { Graph, LogisticOp, QuantizeOp, TanhOp } from '../model';
import { scaleOf, zeroPointOf } from './constants';
import { float32Product, float32Quotient, roundHalfAway } from './float32';

/** Ops that are a function of one int8: a table of all 256 results, made once. */
export type LookupOp = LogisticOp | TanhOp;

/**
 * The table of a real function, by TFLite's float32 steps: `f(s_x * (q - z_x)) * (1 / s_y)`, each step rounded to
 * float32, then to an integer with ties away from zero, plus z_y, saturated. TFLite `kernels/internal/common.h`,
 * `LUTPopulateInt8`.
 *
 * @throws ModelFormatError if a scale is missing.
 */
export function lowerLookup(op: LookupOp, graph: Graph): LookupParameters {
  const real = op.kind === 'tanh' ? tanhFloat32 : logisticFloat32;
  const [inputScale, outputScale] = [scaleOf(graph, op.input), scaleOf(graph, op.output)];
  const [inputZeroPoint, outputZeroPoint] = [zeroPointOf(graph, op.input), zeroPointOf(graph, op.output)];
  const inverseScale = float32Quotient(1, outputScale);
  return lookupTable((value) => {
    const rescaled = float32Product(real(float32Product(inputScale, value - inputZeroPoint)), inverseScale);
    return saturateI8(roundHalfAway(rescaled) + outputZeroPoint);
  });
}

/**
 * The table of `sat8(mbqm(q - z_x, s_x / s_y) + z_y)`: int8 to int8 of another scale. TFLite `quantize.cc` and
 * `kernels/internal/reference/requantize.h`.
 *
 * @throws ModelFormatError if a scale is missing.
 */
export function lowerRequantize(op: QuantizeOp, graph: Graph): LookupParameters {
  const multiplier = quantizeMultiplier(scaleOf(graph, op.input) / scaleOf(graph, op.output));
  const [inputZeroPoint, outputZeroPoint] = [zeroPointOf(graph, op.input), zeroPointOf(graph, op.output)];
  return lookupTable((value) =>
    saturateI8((multiplyByQuantizedMultiplier(value - inputZeroPoint, multiplier) + outputZeroPoint) | 0),
  );
}

/** Results of `f` for all int8 values, by bit pattern. */
export function lookupTable(f: (value: number) => number): LookupParameters {
  return {
    table: Int8Array.from({ length: 256 }, (_, pattern) => f(pattern < 128 ? pattern : pattern - 256)),
  };
}

function logisticFloat32(x: number): number {
  return float32Quotient(1, Math.fround(1 + Math.fround(Math.exp(-x))));
}

function tanhFloat32(x: number): number {
  return Math.fround(Math.tanh(x));
}
