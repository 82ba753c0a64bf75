import { it } from 'vitest';
import {
  contract,
  floatFullyConnectedParams,
  packWeights,
  paramsOf,
  workgroups,
} from '../../src/contract/kernels/float_fully_connected';
import { packStruct } from '../../src/contract/struct-layout';
import type { LoweredFloat } from '../../src/lower/float';
import { floatFullyConnected } from '../../src/reference/float_fully_connected';
import { describeOnGpu } from '../support/driver';
import { expectWithin, floatsOf, reals } from '../support/float-values';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';

describeOnGpu('float_fully_connected.wgsl', (device) => {
  it.each([
    [1, 1, 1],
    [3, 17, 5],
    [2, 128, 257],
    [1, 1000, 3],
    [400, 2, 200],
  ])('%i rows of %i to %i', async (rows, inputs, outputs) => {
    const random = new Random(rows + inputs * outputs);
    const parameters = {
      inputs,
      outputs,
      weights: reals(random, inputs * outputs, [-1, 1]),
      bias: reals(random, outputs),
      range: { low: -5, high: 30 },
    };
    const values = reals(random, rows * inputs);
    const expected = new Float32Array(rows * outputs);
    floatFullyConnected(parameters, values, expected);
    const magnitudes = new Float32Array(rows * outputs);
    const positive = { weights: parameters.weights.map(Math.abs), bias: parameters.bias.map(Math.abs) };
    const wide = { ...parameters, ...positive, range: { low: 0, high: 1e9 } };
    floatFullyConnected(wide, values.map(Math.abs), magnitudes);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(floatFullyConnectedParams, paramsOf(parameters, rows)),
        weights: packWeights(parameters),
        bias: parameters.bias,
        source: values,
        destination: new Uint32Array(expected.length).fill(0xffffffff),
      },
      workgroups: workgroups(rows, outputs, 64),
    });
    const actual = floatsOf(destination!);
    const lowered = { kind: 'floatFullyConnected' } as LoweredFloat;
    expectWithin(lowered, { actual, expected, magnitudes, terms: inputs + 1 }, `seed ${random.seed}`);
  });
});
