import type { Workgroups } from '../dispatch';
import { linearWorkgroups } from '../dispatch';
import type { FloatConvolutionParameters } from '../float-op-parameters';
import { kernelContract } from '../kernel-contract';
import type { ConvolutionLayout } from '../op-parameters';
import type { ParamsOf } from '../struct-layout';
import { struct } from '../struct-layout';

export const floatConv2dParams = struct('FloatConv2dParams', {
  /** Vectors are [height, width]. */
  inputSize: 'vec2<u32>',
  outputSize: 'vec2<u32>',
  filterSize: 'vec2<u32>',
  stride: 'vec2<u32>',
  dilation: 'vec2<u32>',
  padding: 'vec2<u32>',
  elements: 'u32',
  outputs: 'u32',
  channels: 'u32',
  terms: 'u32',
  outputsPerChannel: 'u32',
  low: 'f32',
  high: 'f32',
});

export const contract = kernelContract({
  kernel: 'float_conv2d',
  bindings: [
    { name: 'params', access: 'uniform', type: 'FloatConv2dParams' },
    { name: 'weights', access: 'read', type: 'array<f32>' },
    { name: 'bias', access: 'read', type: 'array<f32>' },
    { name: 'source', access: 'read', type: 'array<f32>' },
    { name: 'destination', access: 'read_write', type: 'array<f32>' },
  ],
  overrides: {},
  constants: ['WORKGROUP'],
  params: floatConv2dParams,
});

export function paramsOf(
  { depthwise, filterHeight, filterWidth, outputs, range }: FloatConvolutionParameters,
  layout: ConvolutionLayout,
): ParamsOf<typeof floatConv2dParams> {
  const { channels } = layout;
  return {
    inputSize: layout.inputSize,
    outputSize: layout.outputSize,
    filterSize: [filterHeight, filterWidth],
    stride: layout.stride,
    dilation: layout.dilation,
    padding: layout.padding,
    elements: elements(layout, outputs),
    outputs,
    channels,
    terms: depthwise ? 1 : channels,
    // Every output of a full filter begins at channel 0.
    outputsPerChannel: depthwise ? outputs / channels : outputs,
    low: range.low,
    high: range.high,
  };
}

/** One invocation per element of the output. */
export function workgroups(layout: ConvolutionLayout, outputs: number, workgroup: number): Workgroups {
  return linearWorkgroups(Math.ceil(elements(layout, outputs) / workgroup));
}

function elements({ images, outputSize: [height, width] }: ConvolutionLayout, outputs: number): number {
  return images * height * width * outputs;
}
