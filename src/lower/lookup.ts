import { multiplyByQuantizedMultiplier, saturateI8 } from '../arith';
import type { QuantizedMultiplier } from '../arith';
import type { LookupParameters } from '../contract/op-parameters';
import { unreachable } from '../errors';
import type { Graph, HardSwishOp, LeakyReluOp, LogisticOp, QuantizeOp, ReluOp, TanhOp } from '../model';
import { scaleOf, zeroPointOf } from './constants';
import { effectiveMultiplier } from './effective-multiplier';
import { float32Product, float32Quotient, roundHalfAway } from './float32';
import { hardSwishFunction } from './hard-swish';
import { outputRange } from './output-range';

/** Ops that are a function of one int8; a QUANTIZE is one where it goes from int8 to int8. */
export type LookupOp = LogisticOp | TanhOp | ReluOp | LeakyReluOp | HardSwishOp | QuantizeOp;

/** An op as a table of all its 256 results, made once. */
export interface LoweredLookup {
  readonly kind: 'lookup';
  readonly op: LookupOp;
  readonly parameters: LookupParameters;
}

/**
 * The table of an op, by the arithmetic of TFLite's own kernel for it.
 *
 * @throws ModelFormatError if a scale is missing; UnsupportedModelError for a HARD_SWISH that TFLite refuses too.
 */
export function lowerLookup(op: LookupOp, graph: Graph): LoweredLookup {
  return { kind: 'lookup', op, parameters: lookupTable(functionOf(op, graph)) };
}

/** Results of `f` for all int8 values, by bit pattern. */
export function lookupTable(f: (value: number) => number): LookupParameters {
  return {
    table: Int8Array.from({ length: 256 }, (_, pattern) => f(pattern < 128 ? pattern : pattern - 256)),
  };
}

function functionOf(op: LookupOp, graph: Graph): (value: number) => number {
  switch (op.kind) {
    case 'logistic':
      return realFunction(op, graph, logisticFloat32);
    case 'tanh':
      return realFunction(op, graph, tanhFloat32);
    case 'relu':
      return reluFunction(op, graph);
    case 'leakyRelu':
      return leakyReluFunction(op, graph);
    case 'hardSwish':
      return hardSwishFunction(op, graph);
    case 'quantize':
      return requantizeFunction(op, graph);
    default:
      return unreachable(op);
  }
}

/**
 * A real function by TFLite's float32 steps: `f(s_x * (q - z_x)) * (1 / s_y)`, each rounded to float32, then to an
 * integer with ties away from zero, plus z_y, saturated. TFLite `kernels/internal/common.h`, `LUTPopulateInt8`.
 */
function realFunction(op: LookupOp, graph: Graph, real: (x: number) => number): (value: number) => number {
  const [inputScale, outputScale] = [scaleOf(graph, op.input), scaleOf(graph, op.output)];
  const [inputZeroPoint, outputZeroPoint] = [zeroPointOf(graph, op.input), zeroPointOf(graph, op.output)];
  const inverseScale = float32Quotient(1, outputScale);
  return (value) => {
    const rescaled = float32Product(real(float32Product(inputScale, value - inputZeroPoint)), inverseScale);
    return saturateI8(roundHalfAway(rescaled) + outputZeroPoint);
  };
}

function logisticFloat32(x: number): number {
  return float32Quotient(1, Math.fround(1 + Math.fround(Math.exp(-x))));
}

function tanhFloat32(x: number): number {
  return Math.fround(Math.tanh(x));
}

/** `sat8(mbqm(q - z_x, s_x / s_y) + z_y)`, the quotient in float64. TFLite `quantize.cc` and `requantize.h`. */
function requantizeFunction(op: QuantizeOp, graph: Graph): (value: number) => number {
  const rescale = rescaling(
    op,
    graph,
    effectiveMultiplier(op.name, scaleOf(graph, op.input) / scaleOf(graph, op.output)),
  );
  return (value) => saturateI8(rescale(value));
}

/**
 * `clamp(mbqm(q - z_x, s_x / s_y) + z_y)`, the quotient in float32; the bounds are the op's, in output units. TFLite
 * `activations.cc`, `ReluPrepare` and `QuantizedReluX`.
 */
function reluFunction(op: ReluOp, graph: Graph): (value: number) => number {
  const { min, max } = outputRange(op.bound, graph, op.output);
  const rescale = rescaling(op, graph, identityMultiplier(op, graph));
  return (value) => Math.min(Math.max(rescale(value), min), max);
}

/**
 * As RELU without bounds, but with `s_x * alpha / s_y` below the zero point, in float32 from left to right. A negative
 * alpha gives the negated product of its magnitude. TFLite `leaky_relu.h`, `QuantizeLeakyRelu`.
 */
function leakyReluFunction(op: LeakyReluOp, graph: Graph): (value: number) => number {
  const scaled = float32Product(scaleOf(graph, op.input), Math.abs(op.alpha));
  const alphaMultiplier = effectiveMultiplier(op.name, float32Quotient(scaled, scaleOf(graph, op.output)));
  const sign = op.alpha < 0 ? -1 : 1;
  const [inputZeroPoint, outputZeroPoint] = [zeroPointOf(graph, op.input), zeroPointOf(graph, op.output)];
  const identity = identityMultiplier(op, graph);
  return (value) => {
    const difference = value - inputZeroPoint;
    const scaledDifference =
      difference >= 0
        ? multiplyByQuantizedMultiplier(difference, identity)
        : sign * multiplyByQuantizedMultiplier(difference, alphaMultiplier);
    return saturateI8((outputZeroPoint + scaledDifference) | 0);
  };
}

function identityMultiplier(op: LookupOp, graph: Graph): QuantizedMultiplier {
  return effectiveMultiplier(op.name, float32Quotient(scaleOf(graph, op.input), scaleOf(graph, op.output)));
}

/** `mbqm(q - z_x, multiplier) + z_y`; wraps in int32, as TFLite's sum does. */
function rescaling(op: LookupOp, graph: Graph, multiplier: QuantizedMultiplier): (value: number) => number {
  const [inputZeroPoint, outputZeroPoint] = [zeroPointOf(graph, op.input), zeroPointOf(graph, op.output)];
  return (value) => (multiplyByQuantizedMultiplier(value - inputZeroPoint, multiplier) + outputZeroPoint) | 0;
}
