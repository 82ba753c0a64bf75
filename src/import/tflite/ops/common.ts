import { enumName } from '../../enum-name';
import type { BuiltinOperator } from '../generated/builtin-operator';
import type { Model } from '../generated/model';
import { SUBSTITUTIONS_METADATA_NAME } from '../int16-mask-attachment';
import { readVector } from '../vectors';
import { readFullyConnected } from './fully-connected';
import { readLstm, readUnidirectionalSequenceLstm } from './lstm';
import { operatorCode } from './operator-code';
import { readSoftmax } from './softmax';
import { readUnary } from './unary';
import type { OpReader, Vocabulary } from './vocabulary';

/** The format's codes for these ops; the table of all codes is as large as their readers. */
const CODES = {
  DEQUANTIZE: 6,
  FULLY_CONNECTED: 9,
  LOGISTIC: 14,
  LSTM: 16,
  SOFTMAX: 25,
  TANH: 28,
  UNIDIRECTIONAL_SEQUENCE_LSTM: 44,
  QUANTIZE: 114,
} as const satisfies Partial<typeof BuiltinOperator>;

/** Layers that most files have and many have nothing but. */
export const COMMON_VOCABULARY: Vocabulary = {
  readers: new Map<number, OpReader>([
    [CODES.DEQUANTIZE, readUnary('dequantize')],
    [CODES.FULLY_CONNECTED, readFullyConnected],
    [CODES.LOGISTIC, readUnary('logistic')],
    [CODES.LSTM, readLstm],
    [CODES.SOFTMAX, readSoftmax],
    [CODES.TANH, readUnary('tanh')],
    [CODES.UNIDIRECTIONAL_SEQUENCE_LSTM, readUnidirectionalSequenceLstm],
    [CODES.QUANTIZE, readUnary('quantize')],
  ]),
  nameOf: (code) => enumName(CODES, code),
  restore: (graph) => graph,
};

/** Whether a file has nothing else. */
export function isCommon(model: Model): boolean {
  const codes = readVector(model.operatorCodesLength(), (index) => model.operatorCodes(index));
  const attachments = readVector(model.metadataLength(), (index) => model.metadata(index));
  return (
    codes.every((entry) => COMMON_VOCABULARY.readers.has(operatorCode(entry))) &&
    attachments.every((metadata) => metadata.name() !== SUBSTITUTIONS_METADATA_NAME)
  );
}
