import { unreachable } from '../../../errors';
import type { Op } from '../../../model';
import type { OperatorScope, WrittenOperator } from '../written-operator';
import { writeBinary } from './binary';
import { writeConcatenation } from './concatenation';
import { writeConv2d, writeDepthwiseConv2d } from './convolution';
import { writeFullyConnected } from './fully-connected';
import { writeGather } from './gather';
import { writeLstm } from './lstm';
import { writeMean } from './mean';
import { writeReverse, writeTranspose } from './order';
import { writePad } from './pad';
import { writeHardSwish, writeLeakyRelu, writeRelu } from './relu';
import { writeReshape } from './reshape';
import { writeSlice } from './slice';
import { writeSoftmax } from './softmax';
import { writeSplit } from './split';
import { writeFloatUnary, writeUnary } from './unary';

/** An op as the file has it. */
export function writeOp(op: Op, scope: OperatorScope): WrittenOperator {
  switch (op.kind) {
    case 'lstm':
      return writeLstm(op, scope);
    case 'fullyConnected':
      return writeFullyConnected(op, scope);
    case 'conv2d':
      return writeConv2d(op, scope);
    case 'depthwiseConv2d':
      return writeDepthwiseConv2d(op, scope);
    case 'binary':
      return writeBinary(op, scope);
    case 'mean':
      return writeMean(op, scope);
    case 'softmax':
      return writeSoftmax(op, scope);
    case 'logistic':
    case 'tanh':
    case 'quantize':
    case 'dequantize':
      return writeUnary(op);
    case 'relu':
      return writeRelu(op);
    case 'leakyRelu':
      return writeLeakyRelu(op, scope);
    case 'hardSwish':
      return writeHardSwish(op, scope);
    case 'floatUnary':
      return writeFloatUnary(op);
    case 'reshape':
      return writeReshape(op, scope);
    case 'concatenation':
      return writeConcatenation(op, scope);
    case 'split':
      return writeSplit(op, scope);
    case 'slice':
      return writeSlice(op, scope);
    case 'transpose':
      return writeTranspose(op, scope);
    case 'pad':
      return writePad(op, scope);
    case 'reverse':
      return writeReverse(op, scope);
    case 'gather':
      return writeGather(op, scope);
    default:
      return unreachable(op);
  }
}
