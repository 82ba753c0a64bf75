import { unreachable } from '../../errors';
import type { CommonOp } from '../rules/common';
import { fullyConnectedShapes, softmaxShapes } from './dense-shapes';
import type { ShapeResult, ShapeScope } from './inference';
import { timeLocalShape } from './inference';
import { lstmShapes } from './lstm-shapes';

/** `inferOpShapes` of the kinds that most models have. */
export function commonOpShapes(op: CommonOp, scope: ShapeScope): ShapeResult {
  switch (op.kind) {
    case 'lstm':
      return lstmShapes(op, scope);
    case 'fullyConnected':
      return fullyConnectedShapes(op, scope);
    case 'softmax':
      return softmaxShapes(op, scope);
    case 'logistic':
    case 'tanh':
    case 'quantize':
    case 'dequantize':
      return timeLocalShape(op.output, scope.shapeOf(op.input, op));
    default:
      return unreachable(op);
  }
}
