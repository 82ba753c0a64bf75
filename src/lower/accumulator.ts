import { ModelFormatError } from '../errors';

const INT32_MAX = 2 ** 31 - 1;
/** Largest magnitude of an int8 activation. */
const INT8_MAGNITUDE = 128;

/**
 * Effective bias of an int32 accumulator: `bias[r] + factor * sum_j weights[r, j]`, which takes the zero points out of
 * the inner product.
 *
 * No order of additions can leave int32 afterwards: with int8 activations a row's magnitude stays within
 * `|effective bias| + 128 * sum_j |weights[r, j]|`, which is checked here, once, at load.
 *
 * @param weights row-major, `bias.length` rows
 * @throws ModelFormatError naming `subject` and the row that could wrap.
 */
export function effectiveBias(
  subject: string,
  weights: Int8Array,
  bias: Int32Array,
  factor: number,
): Int32Array {
  const depth = weights.length / bias.length;
  return bias.map((rowBias, row) => {
    let sum = 0;
    let magnitude = 0;
    for (const weight of weights.subarray(row * depth, (row + 1) * depth)) {
      sum += weight;
      magnitude += Math.abs(weight);
    }
    const effective = rowBias + factor * sum;
    const bound = Math.abs(effective) + INT8_MAGNITUDE * magnitude;
    if (bound > INT32_MAX) {
      throw new ModelFormatError(
        `${subject}: row ${row} with its bias can reach ${bound}, beyond the int32 accumulator; ` +
          'requantize the model with a larger bias scale or fewer inputs',
      );
    }
    return effective;
  });
}
