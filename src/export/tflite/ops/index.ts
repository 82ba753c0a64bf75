import { UnsupportedModelError } from '../../../errors';
import type { Op } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { writeFullyConnected } from './fully-connected';
import { writeLstm } from './lstm';
import { writeReshape } from './reshape';
import { writeSoftmax } from './softmax';
import { writeUnary } from './unary';

/** @throws UnsupportedModelError naming the op if it is not written. */
export function writeOp(op: Op, scope: OperatorScope): WrittenOperator {
  switch (op.kind) {
    case 'lstm':
      return writeLstm(op, scope);
    case 'fullyConnected':
      return writeFullyConnected(op, scope);
    case 'reshape':
      return writeReshape(op, scope);
    case 'softmax':
      return writeSoftmax(op, scope);
    case 'logistic':
    case 'tanh':
    case 'quantize':
    case 'dequantize':
      return writeUnary(op);
    default:
      throw new UnsupportedModelError([
        {
          subject: op.name,
          reason: `${op.kind} is not written to .tflite files; export the graph without it`,
        },
      ]);
  }
}
