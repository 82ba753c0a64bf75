import type { NodeReader } from '../node-reader';
import { readBinary } from './binary';
import { readConcat } from './concat';
import { readConstant, readShape } from './constants';
import { readConv } from './convolution';
import { readGemm, readMatMul } from './dense';
import { readConstantOfShape, readExpand } from './filling';
import { readLstm } from './lstm';
import {
  readCast,
  readDropout,
  readFlatten,
  readIdentity,
  readReshape,
  readSqueeze,
  readTranspose,
  readUnsqueeze,
} from './moves';
import { readGather, readSlice, readSplit } from './parts';
import { readBatchNormalization, readLayerNormalization, readPad, readReduceMean } from './statistics';
import {
  readClip,
  readFunction,
  readHardSwish,
  readLeakyRelu,
  readLogistic,
  readPow,
  readReciprocal,
  readRelu,
  readSoftmax,
  readTanh,
} from './unary';

/** Every op that is read. To add one: a reader in a file beside this one, and a line here. */
export const NODE_READERS: ReadonlyMap<string, (node: NodeReader) => void> = new Map([
  ['LSTM', readLstm],
  ['Gemm', readGemm],
  ['MatMul', readMatMul],
  ['Conv', readConv],
  ['Add', readBinary('add')],
  ['Sub', readBinary('subtract')],
  ['Mul', readBinary('multiply')],
  ['Div', readBinary('divide')],
  ['Max', readBinary('maximum')],
  ['Min', readBinary('minimum')],
  ['Sigmoid', readLogistic],
  ['Tanh', readTanh],
  ['Relu', readRelu],
  ['LeakyRelu', readLeakyRelu],
  ['HardSwish', readHardSwish],
  ['Clip', readClip],
  ['Softmax', readSoftmax],
  ['Abs', readFunction('abs')],
  ['Exp', readFunction('exp')],
  ['Log', readFunction('log')],
  ['Neg', readFunction('negate')],
  ['Sqrt', readFunction('sqrt')],
  ['Reciprocal', readReciprocal],
  ['Pow', readPow],
  ['ReduceMean', readReduceMean],
  ['LayerNormalization', readLayerNormalization],
  ['BatchNormalization', readBatchNormalization],
  ['Identity', readIdentity],
  ['Dropout', readDropout],
  ['Cast', readCast],
  ['Reshape', readReshape],
  ['Flatten', readFlatten],
  ['Squeeze', readSqueeze],
  ['Unsqueeze', readUnsqueeze],
  ['Transpose', readTranspose],
  ['Slice', readSlice],
  ['Split', readSplit],
  ['Concat', readConcat],
  ['Gather', readGather],
  ['Pad', readPad],
  ['Shape', readShape],
  ['Constant', readConstant],
  ['ConstantOfShape', readConstantOfShape],
  ['Expand', readExpand],
]);

/** Ops that only move elements, and the inputs that they move; the state of an LSTM may pass through them. */
export const MOVED_INPUTS: ReadonlyMap<string, 'first' | 'all'> = new Map([
  ['Identity', 'first'],
  ['Reshape', 'first'],
  ['Flatten', 'first'],
  ['Squeeze', 'first'],
  ['Unsqueeze', 'first'],
  ['Transpose', 'first'],
  ['Slice', 'first'],
  ['Split', 'first'],
  ['Gather', 'first'],
  ['Concat', 'all'],
]);
