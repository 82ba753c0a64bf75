import { expect, it } from 'vitest';
import { packChannels } from '../../src/contract/channel-quads';
import {
  convolutionParams,
  convolutionParamsOf,
  outputPositions,
} from '../../src/contract/convolution-params';
import {
  contract,
  packedWeightBytes,
  packWeights,
  workgroups,
} from '../../src/contract/kernels/depthwise_conv2d';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { depthwiseConv2d } from '../../src/reference/depthwise_conv2d';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';
import type { ConvolutionCase } from './convolution-cases';
import { ONE_BY_ONE, randomConvolution } from './convolution-cases';

const CASES: ConvolutionCase[] = [
  { name: 'one pixel, one channel', input: [1, 1, 1, 1], filter: [1, 1], outputs: 1, ...ONE_BY_ONE },
  {
    name: 'a filter per channel',
    input: [2, 5, 4, 19],
    filter: [3, 3],
    outputs: 19,
    stride: [1, 1],
    dilation: [1, 1],
    padding: 'same',
  },
  {
    name: 'along the width, dilated',
    input: [1, 1, 31, 8],
    filter: [1, 4],
    outputs: 8,
    stride: [1, 1],
    dilation: [1, 2],
    padding: 'same',
  },
  {
    name: 'one channel to many',
    input: [1, 24, 20, 1],
    filter: [10, 8],
    outputs: 8,
    stride: [2, 2],
    dilation: [1, 1],
    padding: 'same',
  },
  {
    name: 'three outputs per channel',
    input: [2, 6, 6, 5],
    filter: [2, 2],
    outputs: 15,
    stride: [1, 2],
    dilation: [1, 1],
    padding: 'valid',
  },
];

describeOnGpu('depthwise_conv2d.wgsl', (device) => {
  it.each(CASES)('$name', async (testCase) => {
    const random = new Random(testCase.outputs * 1000 + testCase.input[1]);
    const { parameters, layout } = randomConvolution(random, 'depthwiseConv2d', testCase);
    const { outputs } = parameters;
    const { channels } = layout;
    const input = random.int8(testCase.input.reduce((product, size) => product * size, 1));
    const positions = outputPositions(layout);
    const expected = new Int8Array(positions * outputs);
    depthwiseConv2d(parameters, layout, input, expected);
    const packed = packRows(expected, positions, outputs);
    const weights = packWeights(parameters);
    expect(weights.byteLength).toBe(packedWeightBytes(parameters));
    const { output } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(convolutionParams, convolutionParamsOf(parameters, layout)),
        weights,
        channels: packChannels(parameters),
        activation: packRows(input, input.length / channels, channels),
        output: new Uint32Array(packed.length).fill(0xffffffff),
      },
      workgroups: workgroups(parameters, layout, 64),
    });
    expect(output, `seed ${random.seed}`).toEqual(packed);
  });
});
