import { expect, it } from 'vitest';
import { quantizedMultiplier } from '../../src/arith';
import { contract, meanParams, paramsOf, workgroups } from '../../src/contract/kernels/mean';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { meanLayout } from '../../src/lower/mean';
import { elementCount } from '../../src/model/shapes';
import { mean } from '../../src/reference/mean';
import { describeOnGpu } from '../support/driver';
import { GraphBuilder } from '../support/graph-builder';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('mean.wgsl', (device) => {
  it.each([
    { input: [2, 7, 19], axes: [1], keepDims: false, output: [2, 19] },
    { input: [2, 7, 19], axes: [2], keepDims: false, output: [2, 7] },
    { input: [2, 7, 19], axes: [1, 2], keepDims: true, output: [2, 1, 1] },
    { input: [3, 4, 5, 6], axes: [1, 2], keepDims: true, output: [3, 1, 1, 6] },
    { input: [2, 3, 2, 3, 2], axes: [0, 2, 4], keepDims: false, output: [3, 3] },
    { input: [40], axes: [0], keepDims: false, output: [] },
    { input: [900, 2], axes: [1], keepDims: true, output: [900, 1] },
  ])('over dimensions $axes of $input', async ({ input, axes, keepDims, output }) => {
    const random = new Random(elementCount(input) + axes.length);
    const builder = new GraphBuilder();
    const op = builder.op({
      kind: 'mean',
      input: builder.input(input),
      output: builder.tensor(output),
      axes,
      keepDims,
    });
    const layout = meanLayout(op, input, output);
    const parameters = {
      inputZeroPoint: random.integer(-128, 127),
      outputZeroPoint: random.integer(-50, 50),
      multiplier: quantizedMultiplier(random.integer(2 ** 30, 2 ** 31 - 1), random.integer(-6, -2)),
    };
    const source = random.int8(elementCount(input));
    const expected = new Int8Array(elementCount(output));
    mean(parameters, layout, source, expected);
    const columns = output.at(-1) ?? 1;
    const packed = packRows(expected, expected.length / columns, columns);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(meanParams, paramsOf(parameters, layout)),
        source: packRows(source, source.length / input.at(-1)!, input.at(-1)!),
        destination: new Uint32Array(packed.length).fill(0xffffffff),
      },
      workgroups: workgroups(layout, 64),
    });
    expect(destination, `seed ${random.seed}`).toEqual(packed);
  });
});
