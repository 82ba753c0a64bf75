import { multiplyByQuantizedMultiplier } from '../arith';
import type { ConvolutionLayout, ConvolutionParameters } from '../contract/op-parameters';

/**
 * Twin of `conv2d.wgsl`: per image, position and output channel
 * `clamp(mbqm(sum over the filter inside the image of (x - z_x) w + bias, multiplier) + z_y)`.
 *
 * TFLite `kernels/internal/reference/integer_ops/conv.h`, `ConvPerChannel`.
 *
 * @param input int8 `[images, height, width, channels]`
 * @param out int8 `[images, output height, output width, outputs]`
 */
export function conv2d(
  parameters: ConvolutionParameters,
  layout: ConvolutionLayout,
  input: Int8Array,
  out: Int8Array,
): void {
  const { outputs, filterHeight, filterWidth, weights, bias, inputZeroPoint } = parameters;
  const { channels } = layout;
  forEachPosition(layout, (image, outputY, outputX, position) => {
    for (let output = 0; output < outputs; output++) {
      let sum = bias[output]!;
      for (let filterY = 0; filterY < filterHeight; filterY++) {
        for (let filterX = 0; filterX < filterWidth; filterX++) {
          const pixel = pixelAt(layout, image, outputY, outputX, filterY, filterX);
          if (pixel === null) continue;
          const tap = ((output * filterHeight + filterY) * filterWidth + filterX) * channels;
          for (let channel = 0; channel < channels; channel++) {
            sum += (input[pixel * channels + channel]! - inputZeroPoint) * weights[tap + channel]!;
          }
        }
      }
      out[position * outputs + output] = requantizeChannel(parameters, output, sum);
    }
  });
}

/** Visits output positions in row-major order; `position` counts them. */
export function forEachPosition(
  { images, outputSize: [height, width] }: ConvolutionLayout,
  visit: (image: number, outputY: number, outputX: number, position: number) => void,
): void {
  let position = 0;
  for (let image = 0; image < images; image++) {
    for (let outputY = 0; outputY < height; outputY++) {
      for (let outputX = 0; outputX < width; outputX++) visit(image, outputY, outputX, position++);
    }
  }
}

/** Row of the input that an element of the filter sees; null outside the image. */
export function pixelAt(
  { inputSize: [height, width], stride, dilation, padding }: ConvolutionLayout,
  image: number,
  outputY: number,
  outputX: number,
  filterY: number,
  filterX: number,
): number | null {
  const y = outputY * stride[0] - padding[0] + filterY * dilation[0];
  const x = outputX * stride[1] - padding[1] + filterX * dilation[1];
  return y < 0 || y >= height || x < 0 || x >= width ? null : (image * height + y) * width + x;
}

/** An accumulator as the output channel's int8; the sum with the zero point wraps in int32, as in the shader. */
export function requantizeChannel(
  { multipliers, outputZeroPoint, outputRange }: ConvolutionParameters,
  output: number,
  sum: number,
): number {
  const value = (multiplyByQuantizedMultiplier(sum, multipliers[output]!) + outputZeroPoint) | 0;
  return Math.min(Math.max(value, outputRange.min), outputRange.max);
}
