declare const checked: unique symbol;

/**
 * A non-negative real factor as integers: `multiplier / 2^31 * 2^shift`. A positive shift is to the left.
 * Only `quantizedMultiplier` and `quantizeMultiplier` make one, so the ranges below hold wherever one is used.
 */
export interface QuantizedMultiplier {
  /** 0 to 2^31 - 1, read as Q0.31. */
  readonly multiplier: number;
  /** -31 to 31. */
  readonly shift: number;
  readonly [checked]: true;
}

const MAX_MULTIPLIER = 2 ** 31 - 1;
const MAX_SHIFT = 31;

/**
 * The pair itself, checked.
 *
 * @throws RangeError if `multiplier` is not an integer from 0 to 2^31 - 1 or `shift` not one from -31 to 31.
 */
export function quantizedMultiplier(multiplier: number, shift: number): QuantizedMultiplier {
  if (!Number.isInteger(multiplier) || multiplier < 0 || multiplier > MAX_MULTIPLIER) {
    throw new RangeError(`quantized multiplier: ${multiplier} is not an integer from 0 to ${MAX_MULTIPLIER}`);
  }
  if (!Number.isInteger(shift) || Math.abs(shift) > MAX_SHIFT) {
    throw new RangeError(
      `quantized multiplier: shift ${shift} is not an integer from -${MAX_SHIFT} to ${MAX_SHIFT}`,
    );
  }
  return { multiplier, shift } as QuantizedMultiplier;
}

/**
 * Turns a real factor into integers: with real = q * 2^shift and q in [1/2, 1), the multiplier is q * 2^31 rounded to
 * nearest, ties away from zero. 0, and anything that needs a shift below -31, gives (0, 0).
 *
 * Source: TFLite `kernels/internal/quantization_util.cc`, `QuantizeMultiplier`, in its double-rounding build.
 *
 * @throws RangeError if `real` is negative, not finite, or rounds to 2^31 or more, where no int32 shift is left.
 */
export function quantizeMultiplier(real: number): QuantizedMultiplier {
  if (!(real >= 0 && real < Infinity)) {
    throw new RangeError(
      `quantizeMultiplier: ${real} is not a finite factor of at least 0; check the scales it is made of`,
    );
  }
  // Too small for any shift; this takes out 0 and the subnormals, whose exponent bits say nothing.
  if (real < 2 ** -33) return quantizedMultiplier(0, 0);
  let shift = binaryExponent(real);
  let multiplier = Math.round((real / 2 ** shift) * 2 ** 31);
  if (multiplier === 2 ** 31) {
    multiplier = 2 ** 30;
    shift += 1;
  }
  if (shift < -MAX_SHIFT) return quantizedMultiplier(0, 0);
  if (shift > MAX_SHIFT) {
    throw new RangeError(`quantizeMultiplier: ${real} is not below 2^31; check the scales it is made of`);
  }
  return quantizedMultiplier(multiplier, shift);
}

/** The e with real = q * 2^e and q in [1/2, 1), for a normal double above 0: C's frexp, read off the IEEE 754 bits. */
function binaryExponent(real: number): number {
  const bits = new DataView(new ArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  bits.setFloat64(0, real);
  return (bits.getUint16(0) >> 4) - 1022;
}
