import type { ConvolutionLayout, ConvolutionParameters } from '../contract/op-parameters';
import { forEachPosition, pixelAt, requantizeChannel } from './conv2d';

/**
 * Twin of `depthwise_conv2d.wgsl`: as `conv2d`, but output channel o sees only input channel o / (outputs / channels).
 *
 * TFLite `kernels/internal/reference/integer_ops/depthwise_conv.h`, `DepthwiseConvPerChannel`.
 *
 * @param input int8 `[images, height, width, channels]`
 * @param out int8 `[images, output height, output width, outputs]`
 */
export function depthwiseConv2d(
  parameters: ConvolutionParameters,
  layout: ConvolutionLayout,
  input: Int8Array,
  out: Int8Array,
): void {
  const { outputs, filterHeight, filterWidth, weights, bias, inputZeroPoint } = parameters;
  const { channels } = layout;
  const depthMultiplier = Math.floor(outputs / channels);
  forEachPosition(layout, (image, outputY, outputX, position) => {
    for (let output = 0; output < outputs; output++) {
      const channel = Math.floor(output / depthMultiplier);
      let sum = bias[output]!;
      for (let filterY = 0; filterY < filterHeight; filterY++) {
        for (let filterX = 0; filterX < filterWidth; filterX++) {
          const pixel = pixelAt(layout, image, outputY, outputX, filterY, filterX);
          if (pixel === null) continue;
          const weight = weights[(filterY * filterWidth + filterX) * outputs + output]!;
          sum += (input[pixel * channels + channel]! - inputZeroPoint) * weight;
        }
      }
      out[position * outputs + output] = requantizeChannel(parameters, output, sum);
    }
  });
}
