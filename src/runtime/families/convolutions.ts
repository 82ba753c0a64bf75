import { lowerConv2d, lowerDepthwiseConv2d } from '../../lower/convolution';
import type { OpFamily } from '../op-family';
import { planConvolution } from '../plan/plan-convolution';

/** Convolutions. */
export const convolutions: OpFamily = {
  lower: { conv2d: lowerConv2d, depthwiseConv2d: lowerDepthwiseConv2d },
  plan: { conv2d: planConvolution, depthwiseConv2d: planConvolution },
};
