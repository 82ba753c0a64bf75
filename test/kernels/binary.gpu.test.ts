import { expect, it } from 'vitest';
import { quantizedMultiplier } from '../../src/arith';
import { binaryParams, contract, OPERATIONS, paramsOf, workgroups } from '../../src/contract/kernels/binary';
import type { BinaryParameters } from '../../src/contract/op-parameters';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { broadcastLayout } from '../../src/lower/broadcast';
import { elementCount } from '../../src/model/shapes';
import { binary } from '../../src/reference/binary';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

function randomParameters(random: Random, operation: BinaryParameters['operation']): BinaryParameters {
  const multiplier = (lowest: number, highest: number): BinaryParameters['leftMultiplier'] =>
    quantizedMultiplier(random.integer(2 ** 30, 2 ** 31 - 1), random.integer(lowest, highest));
  return {
    operation,
    leftZeroPoint: random.integer(-128, 127),
    rightZeroPoint: random.integer(-128, 127),
    leftMultiplier: multiplier(-3, -1),
    rightMultiplier: multiplier(-3, -1),
    outputMultiplier: operation === 'multiply' ? multiplier(-9, 1) : multiplier(-20, -16),
    outputZeroPoint: random.integer(-128, 127),
    outputRange: { min: -100, max: 120 },
  };
}

const pack = (values: Int8Array, sizes: readonly number[]): Uint32Array<ArrayBuffer> => {
  const columns = sizes.at(-1) ?? 1;
  return packRows(values, values.length / columns, columns);
};

describeOnGpu('binary.wgsl', (device) => {
  it.each([
    { left: [3, 5, 17], right: [3, 5, 17] },
    { left: [1], right: [1] },
    { left: [2, 3, 16], right: [16] },
    { left: [2, 1, 21], right: [4, 1] },
    { left: [1], right: [2, 3, 4, 5] },
    { left: [2, 1, 3, 1, 5], right: [4, 1, 6, 1] },
    { left: [300, 33], right: [300, 1] },
  ])('$left with $right', async ({ left, right }) => {
    const random = new Random(elementCount(left) * 100 + elementCount(right));
    const rank = Math.max(left.length, right.length);
    const output = Array.from({ length: rank }, (_, axis) =>
      Math.max(left.at(axis - rank) ?? 1, right.at(axis - rank) ?? 1),
    );
    const layout = broadcastLayout(left, right, output);
    const [x, y] = [random.int8(elementCount(left)), random.int8(elementCount(right))];
    for (const operation of ['add', 'subtract', 'multiply'] as const) {
      const parameters = randomParameters(random, operation);
      const expected = new Int8Array(elementCount(output));
      binary(parameters, layout, x, y, expected);
      const packed = pack(expected, output);
      const { destination } = await runKernel(device(), {
        contract,
        overrides: { operation: OPERATIONS[operation] },
        constants: { WORKGROUP: 64 },
        buffers: {
          params: packStruct(binaryParams, paramsOf(parameters, layout)),
          left: pack(x, left),
          right: pack(y, right),
          destination: new Uint32Array(packed.length).fill(0xffffffff),
        },
        workgroups: workgroups(layout, 64),
      });
      expect(destination, `seed ${random.seed}, ${operation}`).toEqual(packed);
    }
  });
});
