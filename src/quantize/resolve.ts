import { QuantizationError, unreachable } from '../errors';
import type { Quantization } from '../model';
import { largestMagnitude } from './integer-constants';
import type { Range } from './range';
import type { RecipeRow } from './recipe';
import { asymmetricInt8, powerOfTwoInt16, productScale, symmetric } from './scale';
import type { Affine } from './scale';

/** A tensor's integer type and real meaning. */
export interface ResolvedTensor extends Affine {
  readonly dtype: RecipeRow<string>['dtype'];
}

/** A recipe with the tensors that it is to be applied to. Methods are called only for roles whose rule needs them. */
export interface RecipeContext<Role extends string> {
  /** For messages: the op. */
  readonly subject: string;
  rule(role: Role): RecipeRow<Role> | null;
  /** The meaning that the op which writes the tensor gave it; null if this op writes it. */
  produced(role: Role): Affine | null;
  /** Calibrated range of an activation or state, and its name. */
  range(role: Role): { readonly subject: string; readonly range: Range };
  /** Largest magnitude of a constant or of a calibrated range, and its name. */
  magnitude(role: Role): { readonly subject: string; readonly magnitude: number };
}

/**
 * Type, scale and zero point of one tensor by the recipe.
 *
 * @throws QuantizationError naming the tensor if its range is missing or unusable, or its weights are all zero.
 */
export function resolveTensor<Role extends string>(role: Role, context: RecipeContext<Role>): ResolvedTensor {
  const row = context.rule(role);
  if (row === null) throw new QuantizationError(context.subject, `the recipe has no rule for its ${role}`);
  return { dtype: row.dtype, ...(context.produced(role) ?? resolveScale(row, context)) };
}

function resolveScale<Role extends string>(
  { role, scale }: RecipeRow<Role>,
  context: RecipeContext<Role>,
): Affine {
  switch (scale.rule) {
    case 'fixed':
      return { scale: scale.scale, zeroPoint: scale.zeroPoint };
    case 'sameAs': {
      const { scale: same, zeroPoint } = resolveTensor(scale.role, context);
      return { scale: same, zeroPoint };
    }
    case 'product':
      return productScale(
        scale.of.map((factor) => resolveTensor(factor, context).scale),
        scale.log2,
      );
    case 'maximum': {
      const { subject, magnitude } = context.magnitude(role);
      return symmetric(subject, magnitude, scale.steps);
    }
    case 'range': {
      const { subject, range } = context.range(role);
      return asymmetricInt8(subject, range);
    }
    case 'powerOfTwo': {
      const { subject, range } = context.range(role);
      return powerOfTwoInt16(subject, range, scale.minimumLog2, scale.maximumLog2);
    }
    default:
      return unreachable(scale);
  }
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

/** The quantization record of a tensor with one scale. */
export function perTensor({ scale, zeroPoint }: Affine): Quantization {
  return { scales: [scale], zeroPoints: [zeroPoint], axis: null };
}
