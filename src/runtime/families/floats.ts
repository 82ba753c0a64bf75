import { lowerFloat, lowerFloatDequantize, lowerFloatQuantize } from '../../lower/float';
import type { OpFamily } from '../op-family';
import { planFloat } from '../plan/plan-float';

/** Float islands, and what leads into and out of them. */
export const floats: OpFamily = {
  lower: {
    quantize: lowerFloatQuantize,
    dequantize: lowerFloatDequantize,
    floatUnary: lowerFloat,
    binary: lowerFloat,
    mean: lowerFloat,
    fullyConnected: lowerFloat,
    conv2d: lowerFloat,
    depthwiseConv2d: lowerFloat,
    softmax: lowerFloat,
    logistic: lowerFloat,
    tanh: lowerFloat,
    relu: lowerFloat,
    leakyRelu: lowerFloat,
    hardSwish: lowerFloat,
    lstm: lowerFloat,
  },
  plan: {
    floatUnary: planFloat,
    floatBinary: planFloat,
    floatMean: planFloat,
    floatFullyConnected: planFloat,
    floatConv2d: planFloat,
    floatSoftmax: planFloat,
    floatQuantize: planFloat,
    floatDequantize: planFloat,
    floatDequantizeInt16: planFloat,
  },
};
