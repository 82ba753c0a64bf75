import { expToSumTermQ12_19, softmaxProbability, softmaxReciprocal } from '../arith';
import type { SoftmaxParameters } from '../contract/op-parameters';

/**
 * Twin of `softmax.wgsl`: softmax over rows. For each row x with maximum M:
 * `out[j] = sat8(exp(x[j] - M) * (1 / sum_k exp(x[k] - M)) * 256 - 128)`, exponentials in Q0.31, their sum in Q12.19.
 *
 * TFLite `kernels/internal/reference/softmax.h`, `Softmax` for int8.
 *
 * @param input int8 `[rows, classes]`
 * @param out int8 of the same shape, at scale 1/256 and zero point -128
 */
export function softmax(
  { exponentials }: SoftmaxParameters,
  input: Int8Array,
  classes: number,
  out: Int8Array,
): void {
  for (let start = 0; start < input.length; start += classes) {
    let maximum = -128;
    for (let j = 0; j < classes; j++) maximum = Math.max(maximum, input[start + j]!);
    let sum = 0;
    for (let j = 0; j < classes; j++) sum += expToSumTermQ12_19(exponentials[maximum - input[start + j]!]!);
    const reciprocal = softmaxReciprocal(sum);
    for (let j = 0; j < classes; j++) {
      out[start + j] = softmaxProbability(exponentials[maximum - input[start + j]!]!, reciprocal);
    }
  }
}
