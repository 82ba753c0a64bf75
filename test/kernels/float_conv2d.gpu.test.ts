import { it } from 'vitest';
import type { FloatConvolutionParameters } from '../../src/contract/float-op-parameters';
import { contract, floatConv2dParams, paramsOf, workgroups } from '../../src/contract/kernels/float_conv2d';
import { packStruct } from '../../src/contract/struct-layout';
import type { LoweredFloat } from '../../src/lower/float';
import { elementCount } from '../../src/model/shapes';
import { floatConv2d } from '../../src/reference/float_conv2d';
import { describeOnGpu } from '../support/driver';
import { expectWithin, floatsOf, reals } from '../support/float-values';
import { Random } from '../support/random';
import { runKernel } from '../support/run-kernel';
import type { ConvolutionCase } from './convolution-cases';
import { ONE_BY_ONE, randomConvolution } from './convolution-cases';

const CASES: ConvolutionCase[] = [
  { name: 'one pixel, one channel', input: [1, 1, 1, 1], filter: [1, 1], outputs: 1, ...ONE_BY_ONE },
  { name: 'pointwise', input: [2, 3, 5, 7], filter: [1, 1], outputs: 14, ...ONE_BY_ONE },
  {
    name: 'along the width, padded',
    input: [1, 1, 29, 5],
    filter: [1, 3],
    outputs: 5,
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
    name: 'image',
    input: [2, 9, 8, 3],
    filter: [3, 5],
    outputs: 6,
    stride: [2, 1],
    dilation: [1, 1],
    padding: 'valid',
  },
];

describeOnGpu('float_conv2d.wgsl', (device) => {
  it.each(
    (['conv2d', 'depthwiseConv2d'] as const).flatMap((kind) => CASES.map((each) => ({ ...each, kind }))),
  )('$kind: $name', async ({ kind, ...convolution }) => {
    const random = new Random(elementCount(convolution.input));
    const { parameters: sizes, layout } = randomConvolution(random, kind, convolution);
    const { filterHeight, filterWidth, outputs } = sizes;
    const parameters: FloatConvolutionParameters = {
      depthwise: kind === 'depthwiseConv2d',
      filterHeight,
      filterWidth,
      outputs,
      weights: reals(random, sizes.weights.length, [-1, 1]),
      bias: reals(random, outputs),
      range: { low: -3, high: 6 },
    };
    const [height, width] = layout.outputSize;
    const values = reals(random, elementCount(convolution.input));
    const expected = new Float32Array(layout.images * height * width * outputs);
    const magnitudes = new Float32Array(expected.length);
    floatConv2d(parameters, layout, values, expected);
    const positive = { weights: parameters.weights.map(Math.abs), bias: parameters.bias.map(Math.abs) };
    const wide = { ...parameters, ...positive, range: { low: 0, high: 1e9 } };
    floatConv2d(wide, layout, values.map(Math.abs), magnitudes);
    const { destination } = await runKernel(device(), {
      contract,
      constants: { WORKGROUP: 64 },
      buffers: {
        params: packStruct(floatConv2dParams, paramsOf(parameters, layout)),
        weights: parameters.weights,
        bias: parameters.bias,
        source: values,
        destination: new Uint32Array(expected.length).fill(0xffffffff),
      },
      workgroups: workgroups(layout, outputs, 64),
    });
    const terms = parameters.weights.length / outputs + 1;
    const comparison = { actual: floatsOf(destination!), expected, magnitudes, terms };
    expectWithin({ kind: 'floatConv2d' } as LoweredFloat, comparison, `seed ${random.seed}`);
  });
});
