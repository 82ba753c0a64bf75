import { it } from 'vitest';
import { contract, floatSoftmaxParams, workgroups } from '../../src/contract/kernels/float_softmax';
import { packStruct } from '../../src/contract/struct-layout';
import type { LoweredFloat } from '../../src/lower/float';
import { floatSoftmax } from '../../src/reference/float_softmax';
import { describeOnGpu } from '../support/driver';
import { expectWithin, floatsOf, reals } from '../support/float-values';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('float_softmax.wgsl', (device) => {
  it.each([
    [1, 1, 1],
    [5, 10, 1],
    [3, 63, 0.5],
    [2, 1000, 2],
    [70_000, 2, 1],
  ])('%i rows of %i at beta %d', async (rows, classes, beta) => {
    const random = new Random(rows + classes);
    // All below zero: a maximum that began at zero would show.
    const values = reals(random, rows * classes, [-30, -10]);
    const expected = new Float32Array(values.length);
    floatSoftmax(beta, values, classes, expected);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(floatSoftmaxParams, { rows, classes, beta }),
        source: values,
        destination: new Uint32Array(values.length).fill(0xffffffff),
      },
      workgroups: workgroups(rows),
    });
    const actual = floatsOf(destination!);
    const lowered = { kind: 'floatSoftmax' } as LoweredFloat;
    expectWithin(lowered, { actual, expected, terms: classes }, `seed ${random.seed}`);
  });

  it.each([300, -300])('keeps exponentials of logits around %d in range', async (centre) => {
    const values = Float32Array.of(centre, centre + 1, centre - 1);
    const expected = new Float32Array(3);
    floatSoftmax(1, values, 3, expected);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(floatSoftmaxParams, { rows: 1, classes: 3, beta: 1 }),
        source: values,
        destination: new Uint32Array(3),
      },
      workgroups: workgroups(1),
    });
    const comparison = { actual: floatsOf(destination!), expected, terms: 3 };
    expectWithin({ kind: 'floatSoftmax' } as LoweredFloat, comparison, `around ${centre}`);
  });
});
