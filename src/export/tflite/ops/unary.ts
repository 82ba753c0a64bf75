import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import type { DequantizeOp, LogisticOp, QuantizeOp, TanhOp } from '../../../model';
import type { WrittenOperator } from '../written-operator';

type UnaryOp = LogisticOp | TanhOp | QuantizeOp | DequantizeOp;

const CODES: Readonly<Record<UnaryOp['kind'], Pick<WrittenOperator, 'operator' | 'version'>>> = {
  logistic: { operator: BuiltinOperator.LOGISTIC, version: 2 },
  tanh: { operator: BuiltinOperator.TANH, version: 2 },
  quantize: { operator: BuiltinOperator.QUANTIZE, version: 1 },
  dequantize: { operator: BuiltinOperator.DEQUANTIZE, version: 2 },
};

/** LOGISTIC, TANH, QUANTIZE, DEQUANTIZE: one input, one output, no settings. */
export function writeUnary(op: UnaryOp): WrittenOperator {
  return { ...CODES[op.kind], inputs: [op.input], outputs: [op.output] };
}
