import { it } from 'vitest';
import { contract, floatMeanParams, paramsOf, workgroups } from '../../src/contract/kernels/float_mean';
import { packStruct } from '../../src/contract/struct-layout';
import type { LoweredFloat } from '../../src/lower/float';
import { meanLayout } from '../../src/lower/mean';
import type { MeanOp } from '../../src/model';
import { elementCount } from '../../src/model/shapes';
import { floatMean } from '../../src/reference/float_mean';
import { describeOnGpu } from '../support/driver';
import { expectWithin, floatsOf, reals } from '../support/float-values';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('float_mean.wgsl', (device) => {
  it.each([
    { input: [1], axes: [0], keepDims: true },
    { input: [3, 257], axes: [1], keepDims: true },
    { input: [3, 257], axes: [0], keepDims: false },
    { input: [2, 5, 7, 3], axes: [1, 3], keepDims: false },
    { input: [2, 3, 4, 5, 6], axes: [0, 2, 4], keepDims: true },
    { input: [2, 3], axes: [0, 1], keepDims: false },
    { input: [1, 5000], axes: [1], keepDims: true },
    { input: [300, 300], axes: [1], keepDims: false },
  ])('of $input over $axes', async ({ input, axes, keepDims }) => {
    const random = new Random(elementCount(input));
    const kept = input.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const output = keepDims ? kept : input.filter((_, axis) => !axes.includes(axis));
    const layout = meanLayout({ axes } as unknown as MeanOp, input, output);
    const values = reals(random, elementCount(input));
    const [expected, magnitudes] = [output, output].map((sizes) => new Float32Array(elementCount(sizes)));
    floatMean(layout, values, expected!);
    floatMean(layout, values.map(Math.abs), magnitudes!);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(floatMeanParams, paramsOf(layout)),
        source: values,
        destination: new Uint32Array(expected!.length).fill(0xffffffff),
      },
      workgroups: workgroups(layout),
    });
    expectWithin(
      { kind: 'floatMean' } as LoweredFloat,
      {
        actual: floatsOf(destination!),
        expected: expected!,
        magnitudes: magnitudes!,
        terms: elementCount(axes.map((axis) => input[axis]!)),
      },
      `seed ${random.seed}`,
    );
  });
});
