import type { Op } from '../../../model';
import { BuiltinOperator } from '../generated/builtin-operator';
import type { OperatorReader } from '../operator-reader';
import { readBidirectionalSequenceLstm } from './bidirectional-lstm';
import { readFullyConnected } from './fully-connected';
import { readLstm, readUnidirectionalSequenceLstm } from './lstm';
import { readReshape } from './reshape';
import { readSoftmax } from './softmax';
import { readUnary } from './unary';

/** Turns one op of a file into one of the graph, or into several in execution order. */
export type OpReader = (operator: OperatorReader) => Op | readonly Op[];

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
]);
