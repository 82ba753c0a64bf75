import { unreachable } from '../../errors';
import type { Op } from '../ops';
import { convolutionShapes } from './convolution-shapes';
import { fullyConnectedShapes, softmaxShapes } from './dense-shapes';
import { binaryShapes, meanShapes } from './elementwise-shapes';
import type { ShapeResult, ShapeScope } from './inference';
import { timeLocalShape } from './inference';
import { lstmShapes } from './lstm-shapes';
import {
  concatenationShapes,
  gatherShapes,
  padShapes,
  reshapeShapes,
  reverseShapes,
  sliceShapes,
  splitShapes,
  transposeShapes,
} from './move-shapes';

/**
 * Output shapes of one op.
 *
 * @throws ModelFormatError if the shapes contradict each other even at the file's own sizes.
 */
export function inferOpShapes(op: Op, scope: ShapeScope): ShapeResult {
  switch (op.kind) {
    case 'lstm':
      return lstmShapes(op, scope);
    case 'fullyConnected':
      return fullyConnectedShapes(op, scope);
    case 'conv2d':
    case 'depthwiseConv2d':
      return convolutionShapes(op, scope);
    case 'binary':
      return binaryShapes(op, scope);
    case 'mean':
      return meanShapes(op, scope);
    case 'softmax':
      return softmaxShapes(op, scope);
    case 'logistic':
    case 'tanh':
    case 'relu':
    case 'leakyRelu':
    case 'hardSwish':
    case 'floatUnary':
    case 'quantize':
    case 'dequantize':
      return timeLocalShape(op.output, scope.shapeOf(op.input, op));
    case 'reshape':
      return reshapeShapes(op, scope);
    case 'concatenation':
      return concatenationShapes(op, scope);
    case 'split':
      return splitShapes(op, scope);
    case 'slice':
      return sliceShapes(op, scope);
    case 'transpose':
      return transposeShapes(op, scope);
    case 'pad':
      return padShapes(op, scope);
    case 'reverse':
      return reverseShapes(op, scope);
    case 'gather':
      return gatherShapes(op, scope);
    default:
      return unreachable(op);
  }
}
