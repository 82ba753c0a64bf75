import type { Conv2dOp, ConvolutionGeometry, DepthwiseConv2dOp } from '../../../model';
import { ModelFormatError } from '../../../errors';
import { enumName } from '../../enum-name';
import { BuiltinOptions } from '../generated/builtin-options';
import { Conv2DOptions } from '../generated/conv2doptions';
import { DepthwiseConv2DOptions } from '../generated/depthwise-conv2doptions';
import { Padding } from '../generated/padding';
import type { OperatorReader } from '../operator-reader';

/** CONV_2D; one dimension of the image is 1 where a model convolves along time or features only. */
export function readConv2d(operator: OperatorReader): Conv2dOp {
  const options =
    operator.options(BuiltinOptions.Conv2DOptions, new Conv2DOptions()) ??
    operator.refuse('has no options, so no strides; convert the model again');
  return { ...operator.base('conv2d'), ...readTensors(operator), ...readSettings(operator, options) };
}

/** DEPTHWISE_CONV_2D */
export function readDepthwiseConv2d(operator: OperatorReader): DepthwiseConv2dOp {
  const options =
    operator.options(BuiltinOptions.DepthwiseConv2DOptions, new DepthwiseConv2DOptions()) ??
    operator.refuse('has no options, so no strides; convert the model again');
  return {
    ...operator.base('depthwiseConv2d'),
    ...readTensors(operator),
    ...readSettings(operator, options),
  };
}

function readTensors(operator: OperatorReader): Pick<Conv2dOp, 'input' | 'weights' | 'bias' | 'output'> {
  operator.requireInputs(2, 3);
  operator.requireOutputs(1);
  return {
    input: operator.input(0, 'input'),
    weights: operator.input(1, 'weights'),
    bias: operator.optionalInput(2, 'bias'),
    output: operator.output(0),
  };
}

function readSettings(
  operator: OperatorReader,
  options: Conv2DOptions | DepthwiseConv2DOptions,
): ConvolutionGeometry & Pick<Conv2dOp, 'activation'> {
  const stride = [options.strideH(), options.strideW()] as const;
  const dilation = [options.dilationHFactor(), options.dilationWFactor()] as const;
  if ([...stride, ...dilation].some((steps) => steps < 1)) {
    throw new ModelFormatError(
      `${operator.subject}: has the strides ${stride.join(', ')} and dilations ${dilation.join(', ')}; ` +
        'at least 1 is expected, convert the model again',
    );
  }
  return {
    stride,
    dilation,
    padding: readPadding(operator, options.padding()),
    activation: operator.fusedActivation(options.fusedActivationFunction()),
  };
}

function readPadding(operator: OperatorReader, padding: Padding): ConvolutionGeometry['padding'] {
  if (padding === Padding.SAME) return 'same';
  if (padding === Padding.VALID) return 'valid';
  return operator.refuse(`its padding is ${enumName(Padding, padding)}; SAME or VALID is expected`);
}
