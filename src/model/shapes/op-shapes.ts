import type { Op } from '../ops';
import { commonOpShapes } from './common-op-shapes';
import { convolutionShapes } from './convolution-shapes';
import { binaryShapes, meanShapes } from './elementwise-shapes';
import type { ShapeResult, ShapeScope } from './inference';
import { timeLocalShape } from './inference';
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
    case 'conv2d':
    case 'depthwiseConv2d':
      return convolutionShapes(op, scope);
    case 'binary':
      return binaryShapes(op, scope);
    case 'mean':
      return meanShapes(op, scope);
    case 'relu':
    case 'leakyRelu':
    case 'hardSwish':
    case 'floatUnary':
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
      return commonOpShapes(op, scope);
  }
}
