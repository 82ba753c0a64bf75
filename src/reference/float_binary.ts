import type { FloatBinaryOperation, FloatBinaryParameters } from '../contract/float-op-parameters';
import type { BroadcastLayout } from '../contract/op-parameters';

const FUNCTIONS: Readonly<Record<FloatBinaryOperation, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  squaredDifference: (a, b) => (a - b) * (a - b),
  maximum: Math.max,
  minimum: Math.min,
};

/**
 * Twin of `float_binary.wgsl`: a function of two tensors, element by element, in float64 and rounded once, clamped. The
 * kernel is within the tolerance of `floatTolerance`.
 *
 * @param left row-major
 * @param right row-major
 * @param out of the layout's sizes
 */
export function floatBinary(
  { operation, range }: FloatBinaryParameters,
  layout: BroadcastLayout,
  left: Float32Array,
  right: Float32Array,
  out: Float32Array,
): void {
  const evaluate = FUNCTIONS[operation];
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
            const value = evaluate(left[leftStart + i4 * l4]!, right[rightStart + i4 * r4]!);
            out[index++] = Math.min(Math.max(value, range.low), range.high);
          }
        }
      }
    }
  }
}
