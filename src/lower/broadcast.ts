import type { BroadcastLayout } from '../contract/op-parameters';
import { padSizes, rowMajorStrides } from './box-sizes';

/**
 * How two operands of a session's sizes meet: dimensions aligned at the last, a dimension of 1 repeated.
 *
 * @throws TypeError beyond five dimensions, which lowering refuses.
 */
export function broadcastLayout(
  left: readonly number[],
  right: readonly number[],
  output: readonly number[],
): BroadcastLayout {
  return {
    sizes: padSizes(output, 1),
    leftStrides: broadcastStrides(left, output),
    rightStrides: broadcastStrides(right, output),
  };
}

function broadcastStrides(operand: readonly number[], output: readonly number[]): BroadcastLayout['sizes'] {
  const strides = rowMajorStrides(operand);
  const missing = output.length - operand.length;
  return padSizes(
    output.map((_, axis) => {
      const size = operand[axis - missing] ?? 1;
      return size === 1 ? 0 : (strides[axis - missing] ?? 0);
    }),
    0,
  );
}
