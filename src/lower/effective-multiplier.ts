import { quantizeMultiplier } from '../arith';
import type { QuantizedMultiplier } from '../arith';
import { ModelFormatError } from '../errors';

/**
 * A factor made of a model's scales as integers.
 *
 * @param subject the op and what it multiplies, for the error
 * @throws ModelFormatError naming `subject` if the factor is infinite, or 2^31 or more: no int32 shift is left for it.
 */
export function effectiveMultiplier(subject: string, real: number): QuantizedMultiplier {
  try {
    return quantizeMultiplier(real);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ModelFormatError(
      `${subject}: its scales make a factor of ${real}; one below 2^31 is expected, requantize the model`,
      { cause },
    );
  }
}
