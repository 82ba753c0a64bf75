import type { ConvolutionLayout, ConvolutionParameters } from './op-parameters';
import { depthBlocks, rowWords } from './packing';
import type { ParamsOf } from './struct-layout';
import { struct } from './struct-layout';

/** Uniform parameters of both kinds of convolution; vectors are [height, width]. */
export const convolutionParams = struct('ConvolutionParams', {
  inputSize: 'vec2<u32>',
  outputSize: 'vec2<u32>',
  filterSize: 'vec2<u32>',
  stride: 'vec2<u32>',
  dilation: 'vec2<u32>',
  padding: 'vec2<u32>',
  positions: 'u32',
  outputs: 'u32',
  outputWords: 'u32',
  inputBlocks: 'u32',
  depthMultiplier: 'u32',
  inputZeroPoint: 'i32',
  outputZeroPoint: 'i32',
  outputMin: 'i32',
  outputMax: 'i32',
});

export function convolutionParamsOf(
  parameters: ConvolutionParameters,
  layout: ConvolutionLayout,
): ParamsOf<typeof convolutionParams> {
  const { outputs, filterHeight, filterWidth, outputRange } = parameters;
  return {
    inputSize: layout.inputSize,
    outputSize: layout.outputSize,
    filterSize: [filterHeight, filterWidth],
    stride: layout.stride,
    dilation: layout.dilation,
    padding: layout.padding,
    positions: outputPositions(layout),
    outputs,
    outputWords: rowWords(outputs),
    inputBlocks: depthBlocks(layout.channels),
    depthMultiplier: Math.floor(outputs / layout.channels),
    inputZeroPoint: parameters.inputZeroPoint,
    outputZeroPoint: parameters.outputZeroPoint,
    outputMin: outputRange.min,
    outputMax: outputRange.max,
  };
}

/** Rows of the output: positions of all images. */
export function outputPositions({ images, outputSize: [height, width] }: ConvolutionLayout): number {
  return images * height * width;
}
