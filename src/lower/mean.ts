import { quantizedMultiplier } from '../arith';
import type { QuantizedMultiplier } from '../arith';
import type { MeanLayout, MeanParameters } from '../contract/op-parameters';
import { at, ModelFormatError } from '../errors';
import type { Graph, MeanOp } from '../model';
import { elementCount } from '../model/shapes';
import { scaleOf, zeroPointOf } from './constants';
import { effectiveMultiplier } from './effective-multiplier';
import { padSizes, rowElements, rowMajorStrides } from './box-sizes';

const INT32_MAX = 2 ** 31 - 1;
/** Largest magnitude of a difference between two int8. */
const LARGEST_DIFFERENCE = 255;

/** A MEAN as far as it does not depend on a session's sizes. */
export interface LoweredMean {
  readonly kind: 'mean';
  readonly op: MeanOp;
  /** `s_x / s_y`, in float64. */
  readonly scaleMultiplier: QuantizedMultiplier;
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
}

/**
 * Integer parameters of MEAN. TFLite `reduce.cc`, `PrepareMeanOrSum`.
 *
 * @throws ModelFormatError if a scale is missing.
 */
export function lowerMean(op: MeanOp, graph: Graph): LoweredMean {
  return {
    kind: 'mean',
    op,
    scaleMultiplier: effectiveMultiplier(op.name, scaleOf(graph, op.input) / scaleOf(graph, op.output)),
    inputZeroPoint: zeroPointOf(graph, op.input),
    outputZeroPoint: zeroPointOf(graph, op.output),
  };
}

/**
 * Parameters for one session's sizes, the division by the number of elements folded into the multiplier.
 *
 * @throws ModelFormatError if that many elements could overflow their sum.
 */
export function meanParameters(lowered: LoweredMean, input: readonly number[]): MeanParameters {
  const { op, scaleMultiplier, inputZeroPoint, outputZeroPoint } = lowered;
  const elements = elementCount(op.axes.map((axis) => at(input, axis)));
  if (elements * LARGEST_DIFFERENCE > INT32_MAX) {
    throw new ModelFormatError(
      `${op.name}: an average of ${elements} elements could overflow its int32 sum; average in two steps`,
    );
  }
  return { inputZeroPoint, outputZeroPoint, multiplier: dividedBy(scaleMultiplier, elements) };
}

/** Which elements are averaged, at one session's sizes. */
export function meanLayout(
  { axes }: MeanOp,
  input: readonly number[],
  output: readonly number[],
): MeanLayout {
  const strides = rowMajorStrides(input);
  const keptAxes = [...input.keys()].filter((axis) => !axes.includes(axis));
  const keepsDims = output.length === input.length;
  const outputAxes = keepsDims ? [...input.keys()] : keptAxes;
  return {
    sizes: padSizes(output, 1),
    strides: padSizes(
      outputAxes.map((axis) => (axes.includes(axis) ? 0 : at(strides, axis))),
      0,
    ),
    reducedSizes: padSizes(
      axes.map((axis) => at(input, axis)),
      1,
    ),
    reducedStrides: padSizes(
      axes.map((axis) => at(strides, axis)),
      0,
    ),
    inputRowElements: rowElements(input),
  };
}

/**
 * A multiplier over `count`: its bits are moved up by floor(log2 count) before the truncating division, and its shift
 * down by as much, so that as few as possible are lost. TFLite `reduce.h`, `QuantizedMeanOrSum`.
 */
function dividedBy({ multiplier, shift }: QuantizedMultiplier, count: number): QuantizedMultiplier {
  const up = Math.min(31 - Math.clz32(count), 31 + shift);
  const divided = (BigInt(multiplier) << BigInt(up)) / BigInt(count);
  return quantizedMultiplier(Number(divided), shift - up);
}
