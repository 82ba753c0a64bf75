import type { FloatDenseParameters } from '../contract/float-op-parameters';
import { LARGEST_FLOAT32 } from '../contract/float-op-parameters';
import { at } from '../errors';
import type { LoweredFloat } from '../lower/float';
import { elementCount } from '../model/shapes';
import { firstBeyond, floatTolerance } from './float-tolerance';
import type { ReferenceContext } from './reference-context';
import { floatOf } from './reference-context';
import { runFloatOp } from './reference-float-ops';

/**
 * Index of the first float32 of an op's output that is too far from the twin's on the same inputs; null if none is.
 *
 * @param context with the inputs that the other executor had, and the twin's `expected` output
 */
export function firstFloatDifference(
  lowered: LoweredFloat,
  context: ReferenceContext,
  expected: Float32Array,
  actual: Float32Array,
): number | null {
  const tolerance = floatTolerance(lowered, termsOf(lowered, context));
  return firstBeyond(expected, actual, magnitudesOf(lowered, context) ?? expected, tolerance);
}

/** Values that each element of an op's output sums up. */
function termsOf(lowered: LoweredFloat, { shapes }: ReferenceContext): number {
  switch (lowered.kind) {
    case 'floatMean': {
      const input = at(shapes, lowered.op.input);
      return elementCount(lowered.op.axes.map((axis) => at(input, axis)));
    }
    case 'floatFullyConnected':
      return lowered.parameters.inputs + 1;
    case 'floatConv2d': {
      const { weights, outputs } = lowered.parameters;
      return weights.length / outputs + 1;
    }
    case 'floatSoftmax':
      return at(shapes, lowered.op.input).at(-1) ?? 1;
    default:
      return 1;
  }
}

/** Sums of the magnitudes of an op's terms, by the same twin: terms may cancel, their roundings do not. Null if none are summed. */
function magnitudesOf(lowered: LoweredFloat, context: ReferenceContext): Float32Array | null {
  const sum = withMagnitudes(lowered);
  if (sum === null) return null;
  const values = new Map(context.values);
  values.set(sum.op.input, floatOf(context, sum.op.input).map(Math.abs));
  const magnitudes = { ...context, values };
  runFloatOp(sum, magnitudes);
  return floatOf(magnitudes, sum.op.output);
}

/** A sum with the magnitudes of its weights, and without bounds; null for another op. */
function withMagnitudes(lowered: LoweredFloat): FloatSum | null {
  switch (lowered.kind) {
    case 'floatMean':
      return lowered;
    case 'floatFullyConnected':
      return { ...lowered, parameters: { ...lowered.parameters, ...magnitudesIn(lowered.parameters) } };
    case 'floatConv2d':
      return { ...lowered, parameters: { ...lowered.parameters, ...magnitudesIn(lowered.parameters) } };
    default:
      return null;
  }
}

type FloatSum = Extract<LoweredFloat, { kind: 'floatMean' | 'floatFullyConnected' | 'floatConv2d' }>;

function magnitudesIn({
  weights,
  bias,
}: Pick<FloatDenseParameters, 'weights' | 'bias'>): Pick<FloatDenseParameters, 'weights' | 'bias' | 'range'> {
  return {
    weights: weights.map(Math.abs),
    bias: bias.map(Math.abs),
    range: { low: 0, high: LARGEST_FLOAT32 },
  };
}
