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
  packTapOffsets,
  packWeights,
  tapOffsetBytes,
  workgroups,
} from '../../src/contract/kernels/conv2d';
import { packRows } from '../../src/contract/packing';
import { packStruct } from '../../src/contract/struct-layout';
import { conv2d } from '../../src/reference/conv2d';
import { describeOnGpu } from '../support/driver';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';
import type { ConvolutionCase } from './convolution-cases';
import { ONE_BY_ONE, randomConvolution } from './convolution-cases';

const CASES: ConvolutionCase[] = [
  { name: 'one pixel, one channel', input: [1, 1, 1, 1], filter: [1, 1], outputs: 1, ...ONE_BY_ONE },
  { name: 'pointwise', input: [2, 3, 5, 17], filter: [1, 1], outputs: 9, ...ONE_BY_ONE },
  {
    name: 'along the width, padded',
    input: [1, 1, 29, 5],
    filter: [1, 3],
    outputs: 6,
    stride: [1, 2],
    dilation: [1, 1],
    padding: 'same',
  },
  {
    name: 'along the height, dilated',
    input: [3, 20, 1, 4],
    filter: [4, 1],
    outputs: 8,
    stride: [1, 1],
    dilation: [3, 1],
    padding: 'same',
  },
  {
    name: 'spectrogram',
    input: [1, 24, 20, 1],
    filter: [10, 4],
    outputs: 33,
    stride: [2, 2],
    dilation: [1, 1],
    padding: 'same',
  },
  {
    name: 'image',
    input: [2, 9, 8, 3],
    filter: [3, 5],
    outputs: 5,
    stride: [2, 1],
    dilation: [1, 1],
    padding: 'valid',
  },
];

describeOnGpu('conv2d.wgsl', (device) => {
  it.each(CASES)('$name', async (testCase) => {
    const random = new Random(testCase.outputs * 1000 + testCase.input[1]);
    const { parameters, layout } = randomConvolution(random, 'conv2d', testCase);
    const { outputs } = parameters;
    const { channels } = layout;
    const input = random.int8(testCase.input.reduce((product, size) => product * size, 1));
    const positions = outputPositions(layout);
    const expected = new Int8Array(positions * outputs);
    conv2d(parameters, layout, input, expected);
    const packed = packRows(expected, positions, outputs);
    const weights = packWeights(parameters);
    const tapOffsets = packTapOffsets(parameters);
    expect([weights.byteLength, tapOffsets.byteLength]).toEqual([
      packedWeightBytes(parameters),
      tapOffsetBytes(parameters),
    ]);
    for (const rows of [1, 4]) {
      const { output } = await runKernel(device(), {
        contract,
        constants: { ROWS: rows, SLOTS: 4, WORKGROUP: 8 },
        buffers: {
          params: packStruct(convolutionParams, convolutionParamsOf(parameters, layout)),
          weights,
          channels: packChannels(parameters),
          tap_offsets: tapOffsets,
          activation: packRows(input, input.length / channels, channels),
          output: new Uint32Array(packed.length).fill(0xffffffff),
        },
        workgroups: workgroups(parameters, layout, { rows, workgroup: 8 }),
      });
      expect(output, `seed ${random.seed}, ${rows} rows`).toEqual(packed);
    }
  });
});
