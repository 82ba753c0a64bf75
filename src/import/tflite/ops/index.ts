import { enumName } from '../../enum-name';
import { BuiltinOperator } from '../generated/builtin-operator';
import { restoreInt16Masks } from '../int16-masks';
import { readBidirectionalSequenceLstm } from './bidirectional-lstm';
import { readAdd, readDivide, readMultiply, readPlainBinary, readSubtract } from './binary';
import { readConcatenation } from './concatenation';
import { readConv2d, readDepthwiseConv2d } from './convolution';
import { readFullyConnected } from './fully-connected';
import { readEmbeddingLookup, readGather } from './gather';
import { readLstm, readUnidirectionalSequenceLstm } from './lstm';
import { readMean } from './mean';
import { readReverse, readTranspose } from './order';
import { readPack, readUnpack } from './pack';
import { readPad } from './pad';
import { readHardSwish, readLeakyRelu, readRelu } from './relu';
import { readRankChange, readReshape } from './reshape';
import { readSlice, readStridedSlice } from './slice';
import { readSoftmax } from './softmax';
import { readSplit, readSplitV } from './split';
import { readFloatUnary, readUnary } from './unary';
import type { OpReader, Vocabulary } from './vocabulary';

/** Every op that is read. To add one: a file beside this one, and a line here. */
export const OP_READERS: ReadonlyMap<number, OpReader> = new Map<number, OpReader>([
  [BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM, readUnidirectionalSequenceLstm],
  [BuiltinOperator.BIDIRECTIONAL_SEQUENCE_LSTM, readBidirectionalSequenceLstm],
  [BuiltinOperator.LSTM, readLstm],
  [BuiltinOperator.FULLY_CONNECTED, readFullyConnected],
  [BuiltinOperator.RESHAPE, readReshape],
  [BuiltinOperator.SOFTMAX, readSoftmax],
  [BuiltinOperator.LOGISTIC, readUnary('logistic')],
  [BuiltinOperator.TANH, readUnary('tanh')],
  [BuiltinOperator.QUANTIZE, readUnary('quantize')],
  [BuiltinOperator.DEQUANTIZE, readUnary('dequantize')],
  [BuiltinOperator.RELU, readRelu('relu')],
  [BuiltinOperator.RELU6, readRelu('relu6')],
  [BuiltinOperator.RELU_N1_TO_1, readRelu('reluN1To1')],
  [BuiltinOperator.LEAKY_RELU, readLeakyRelu],
  [BuiltinOperator.HARD_SWISH, readHardSwish],
  [BuiltinOperator.ADD, readAdd],
  [BuiltinOperator.SUB, readSubtract],
  [BuiltinOperator.MUL, readMultiply],
  [BuiltinOperator.DIV, readDivide],
  [BuiltinOperator.SQUARED_DIFFERENCE, readPlainBinary('squaredDifference')],
  [BuiltinOperator.MAXIMUM, readPlainBinary('maximum')],
  [BuiltinOperator.MINIMUM, readPlainBinary('minimum')],
  [BuiltinOperator.ABS, readFloatUnary('abs')],
  [BuiltinOperator.EXP, readFloatUnary('exp')],
  [BuiltinOperator.LOG, readFloatUnary('log')],
  [BuiltinOperator.NEG, readFloatUnary('negate')],
  [BuiltinOperator.RSQRT, readFloatUnary('rsqrt')],
  [BuiltinOperator.SQRT, readFloatUnary('sqrt')],
  [BuiltinOperator.SQUARE, readFloatUnary('square')],
  [BuiltinOperator.MEAN, readMean],
  [BuiltinOperator.CONV_2D, readConv2d],
  [BuiltinOperator.DEPTHWISE_CONV_2D, readDepthwiseConv2d],
  [BuiltinOperator.SQUEEZE, readRankChange],
  [BuiltinOperator.EXPAND_DIMS, readRankChange],
  [BuiltinOperator.CONCATENATION, readConcatenation],
  [BuiltinOperator.SPLIT, readSplit],
  [BuiltinOperator.SPLIT_V, readSplitV],
  [BuiltinOperator.PACK, readPack],
  [BuiltinOperator.UNPACK, readUnpack],
  [BuiltinOperator.SLICE, readSlice],
  [BuiltinOperator.STRIDED_SLICE, readStridedSlice],
  [BuiltinOperator.TRANSPOSE, readTranspose],
  [BuiltinOperator.PAD, readPad],
  [BuiltinOperator.PADV2, readPad],
  [BuiltinOperator.REVERSE_V2, readReverse],
  [BuiltinOperator.GATHER, readGather],
  [BuiltinOperator.EMBEDDING_LOOKUP, readEmbeddingLookup],
]);

/** Everything that is read. */
export const FULL_VOCABULARY: Vocabulary = {
  readers: OP_READERS,
  nameOf: (code) => enumName(BuiltinOperator, code),
  restore: restoreInt16Masks,
};
