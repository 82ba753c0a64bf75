import { at, QuantizationError } from '../errors';
import { largestMagnitude } from './integer-constants';
import { magnitudeOf } from './range';
import type { Range } from './range';
import type { RecipeRow } from './recipe';
import { asymmetricInt8, powerOfTwoInt16, productScale, symmetric } from './scale';
import type { Affine } from './scale';

/** What a tensor's scale is computed from. */
export type ScaleSource =
  | { readonly from: 'range'; readonly subject: string; readonly range: Range }
  | { readonly from: 'constant'; readonly subject: string; readonly values: Float32Array }
  /** Decided by the op that writes the tensor. */
  | { readonly from: 'producer'; readonly affine: Affine };

/** A recipe with the tensors that it is to be applied to. */
export interface RecipeContext<Role extends string> {
  /** For messages: the op. */
  readonly subject: string;
  rule(role: Role): RecipeRow<Role> | null;
  /** Called only for roles whose rule looks at values. */
  source(role: Role): ScaleSource;
}

/**
 * Scale and zero point of one tensor by the recipe.
 *
 * @throws QuantizationError naming the tensor if its range is missing or unusable, or its weights are all zero.
 */
export function resolveScale<Role extends string>(role: Role, context: RecipeContext<Role>): Affine {
  const row = context.rule(role);
  if (row === null) throw new QuantizationError(context.subject, `the recipe has no rule for its ${role}`);
  const { scale } = row;
  switch (scale.rule) {
    case 'fixed':
      return { scale: scale.scale, zeroPoint: scale.zeroPoint };
    case 'sameAs':
      return resolveScale(scale.role, context);
    case 'product':
      return productScale(
        scale.of.map((factor) => resolveScale(factor, context).scale),
        scale.log2,
      );
    default: {
      const source = context.source(role);
      if (source.from === 'producer') return source.affine;
      const { subject } = source;
      if (scale.rule === 'maximum') return symmetric(subject, magnitudeOfSource(source), scale.steps);
      const range = rangeOfSource(source);
      return scale.rule === 'range'
        ? asymmetricInt8(subject, range)
        : powerOfTwoInt16(subject, range, scale.minimumLog2, scale.maximumLog2);
    }
  }
}

function magnitudeOfSource(source: Exclude<ScaleSource, { from: 'producer' }>): number {
  if (source.from === 'range') return magnitudeOf(source.range);
  return nonzeroMagnitude(source.subject, source.values);
}

function rangeOfSource(source: Exclude<ScaleSource, { from: 'producer' }>): Range {
  if (source.from === 'range') return source.range;
  const magnitude = largestMagnitude(source.values);
  return { min: -magnitude, max: magnitude };
}

/**
 * The largest magnitude of a weight tensor.
 *
 * @throws QuantizationError naming the tensor if every weight is zero.
 */
export function nonzeroMagnitude(subject: string, values: Float32Array): number {
  const magnitude = largestMagnitude(values);
  if (magnitude > 0) return magnitude;
  throw new QuantizationError(
    subject,
    `all ${values.length} weights are zero: the layer is dead and has no scale; remove it, or train it again`,
  );
}

/** The calibrated range of a site. @throws QuantizationError naming the site if calibration did not see it. */
export function rangeAt(ranges: Readonly<Record<string, Range>>, key: string): Range {
  const range = Object.hasOwn(ranges, key) ? ranges[key] : undefined;
  if (range !== undefined) return range;
  throw new QuantizationError(
    key,
    'has no calibrated range; calibrate this very model, with data that reaches it',
  );
}

/** The one-element quantization record of a scale. */
export function perTensor({ scale, zeroPoint }: Affine): {
  scales: number[];
  zeroPoints: number[];
  axis: null;
} {
  return { scales: [scale], zeroPoints: [zeroPoint], axis: null };
}

/** The inverse of {@link perTensor}. */
export function affineOf({
  scales,
  zeroPoints,
}: {
  scales: readonly number[];
  zeroPoints: readonly number[];
}): Affine {
  return { scale: at(scales, 0), zeroPoint: at(zeroPoints, 0) };
}
