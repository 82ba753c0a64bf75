import { multiplyByQuantizedMultiplier } from '../arith';
import type { BinaryParameters, BroadcastLayout } from '../contract/op-parameters';
import { SUM_SHIFT } from '../contract/op-parameters';

/**
 * Twin of `binary.wgsl`: sum, difference or product, element by element, with broadcasting.
 *
 * - Sum: `clamp(mbqm(mbqm((x1 - z1) * 2^20, m1) + mbqm((x2 - z2) * 2^20, m2), m) + z)`; a difference subtracts the
 *   second term. TFLite `integer_ops/add.h`, `AddFunc`, and `sub.h`, `SubElementwise`.
 * - Product: `clamp(mbqm((x1 - z1) * (x2 - z2), m) + z)`. TFLite `integer_ops/mul.h`, `MulElementwise`.
 *
 * @param left int8, row-major
 * @param right int8, row-major
 * @param out int8 of the layout's sizes
 */
export function binary(
  parameters: BinaryParameters,
  layout: BroadcastLayout,
  left: Int8Array,
  right: Int8Array,
  out: Int8Array,
): void {
  const [n0, n1, n2, n3, n4] = layout.sizes;
  const [l0, l1, l2, l3, l4] = layout.leftStrides;
  const [r0, r1, r2, r3, r4] = layout.rightStrides;
  let index = 0;
  for (let i0 = 0; i0 < n0; i0++) {
    for (let i1 = 0; i1 < n1; i1++) {
      for (let i2 = 0; i2 < n2; i2++) {
        for (let i3 = 0; i3 < n3; i3++) {
          const leftStart = i0 * l0 + i1 * l1 + i2 * l2 + i3 * l3;
          const rightStart = i0 * r0 + i1 * r1 + i2 * r2 + i3 * r3;
          for (let i4 = 0; i4 < n4; i4++) {
            out[index++] = combine(parameters, left[leftStart + i4 * l4]!, right[rightStart + i4 * r4]!);
          }
        }
      }
    }
  }
}

/** One pair of int8 values; the sum with the output's zero point wraps in int32, as in the shader. */
function combine(parameters: BinaryParameters, left: number, right: number): number {
  const { operation, leftMultiplier, rightMultiplier, outputMultiplier, outputZeroPoint, outputRange } =
    parameters;
  const leftDifference = left - parameters.leftZeroPoint;
  const rightDifference = right - parameters.rightZeroPoint;
  let raw: number;
  if (operation === 'multiply') {
    raw = leftDifference * rightDifference;
  } else {
    const leftTerm = multiplyByQuantizedMultiplier(leftDifference << SUM_SHIFT, leftMultiplier);
    const rightTerm = multiplyByQuantizedMultiplier(rightDifference << SUM_SHIFT, rightMultiplier);
    raw = operation === 'add' ? leftTerm + rightTerm : leftTerm - rightTerm;
  }
  const value = (multiplyByQuantizedMultiplier(raw, outputMultiplier) + outputZeroPoint) | 0;
  return Math.min(Math.max(value, outputRange.min), outputRange.max);
}
