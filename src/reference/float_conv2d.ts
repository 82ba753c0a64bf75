import type { FloatConvolutionParameters } from '../contract/float-op-parameters';
import type { ConvolutionLayout } from '../contract/op-parameters';

/**
 * Twin of `float_conv2d.wgsl`: `clamp(filter * image + b)`, full or depthwise, in float64 and rounded once. The kernel is
 * within the tolerance of `floatTolerance`.
 *
 * @param input `[images, height, width, channels]`
 * @param out `[images, outputHeight, outputWidth, outputs]`
 */
export function floatConv2d(
  { depthwise, filterHeight, filterWidth, outputs, weights, bias, range }: FloatConvolutionParameters,
  { channels, inputSize, outputSize, stride, dilation, padding }: ConvolutionLayout,
  input: Float32Array,
  out: Float32Array,
): void {
  const [inputHeight, inputWidth] = inputSize;
  const [outputHeight, outputWidth] = outputSize;
  const terms = depthwise ? 1 : channels;
  for (let index = 0; index < out.length; index++) {
    const output = index % outputs;
    const pixel = Math.trunc(index / outputs);
    const column = pixel % outputWidth;
    const row = Math.trunc(pixel / outputWidth) % outputHeight;
    const image = Math.trunc(pixel / (outputWidth * outputHeight));
    const firstChannel = depthwise ? Math.trunc((output * channels) / outputs) : 0;
    let sum = bias[output]!;
    for (let filterRow = 0; filterRow < filterHeight; filterRow++) {
      const y = row * stride[0] + filterRow * dilation[0] - padding[0];
      if (y < 0 || y >= inputHeight) continue;
      for (let filterColumn = 0; filterColumn < filterWidth; filterColumn++) {
        const x = column * stride[1] + filterColumn * dilation[1] - padding[1];
        if (x < 0 || x >= inputWidth) continue;
        const start = ((image * inputHeight + y) * inputWidth + x) * channels + firstChannel;
        const tap = (filterRow * filterWidth + filterColumn) * terms;
        for (let term = 0; term < terms; term++) {
          sum += weights[(tap + term) * outputs + output]! * input[start + term]!;
        }
      }
    }
    out[index] = Math.min(Math.max(sum, range.low), range.high);
  }
}
