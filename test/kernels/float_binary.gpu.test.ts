import { it } from 'vitest';
import type { FloatBinaryOperation } from '../../src/contract/float-op-parameters';
import {
  contract,
  floatBinaryParams,
  OPERATIONS,
  paramsOf,
  workgroups,
} from '../../src/contract/kernels/float_binary';
import { packStruct } from '../../src/contract/struct-layout';
import { broadcastLayout } from '../../src/lower/broadcast';
import type { LoweredFloat } from '../../src/lower/float';
import { elementCount } from '../../src/model/shapes';
import { floatBinary } from '../../src/reference/float_binary';
import { describeOnGpu } from '../support/driver';
import { expectWithin, floatsOf, reals } from '../support/float-values';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('float_binary.wgsl', (device) => {
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
    const [x, y] = [reals(random, elementCount(left)), reals(random, elementCount(right))];
    for (const operation of Object.keys(OPERATIONS) as FloatBinaryOperation[]) {
      const parameters = { operation, range: { low: -3, high: 20 } };
      const expected = new Float32Array(elementCount(output));
      floatBinary(parameters, layout, x, y, expected);
      const { destination } = await runKernel(device(), {
        contract,
        overrides: { operation: OPERATIONS[operation] },
        constants: { WORKGROUP: 64 },
        buffers: {
          params: packStruct(floatBinaryParams, paramsOf(parameters, layout)),
          left: x,
          right: y,
          destination: new Uint32Array(expected.length).fill(0xffffffff),
        },
        workgroups: workgroups(layout, 64),
      });
      const lowered = { kind: 'floatBinary', parameters } as LoweredFloat;
      const label = `seed ${random.seed}, ${operation}`;
      expectWithin(lowered, { actual: floatsOf(destination!), expected }, label);
    }
  });
});
