import { BuiltinOperator } from '../../../import/tflite/generated/builtin-operator';
import type {
  DequantizeOp,
  FloatFunction,
  FloatUnaryOp,
  LogisticOp,
  QuantizeOp,
  TanhOp,
} from '../../../model';
import type { WrittenOperator } from '../written-operator';

type UnaryOp = LogisticOp | TanhOp | QuantizeOp | DequantizeOp;

const CODES: Readonly<Record<UnaryOp['kind'], Pick<WrittenOperator, 'operator' | 'version'>>> = {
  logistic: { operator: BuiltinOperator.LOGISTIC, version: 2 },
  tanh: { operator: BuiltinOperator.TANH, version: 2 },
  quantize: { operator: BuiltinOperator.QUANTIZE, version: 1 },
  dequantize: { operator: BuiltinOperator.DEQUANTIZE, version: 2 },
};

const FLOAT_FUNCTIONS: Readonly<Record<FloatFunction, BuiltinOperator>> = {
  abs: BuiltinOperator.ABS,
  exp: BuiltinOperator.EXP,
  log: BuiltinOperator.LOG,
  negate: BuiltinOperator.NEG,
  rsqrt: BuiltinOperator.RSQRT,
  sqrt: BuiltinOperator.SQRT,
  square: BuiltinOperator.SQUARE,
};

/** LOGISTIC, TANH, QUANTIZE, DEQUANTIZE: one input, one output, no settings. */
export function writeUnary(op: UnaryOp): WrittenOperator {
  return { ...CODES[op.kind], inputs: [op.input], outputs: [op.output] };
}

/** ABS, EXP, LOG, NEG, RSQRT, SQRT, SQUARE, all in float32 from the first version on. */
export function writeFloatUnary(op: FloatUnaryOp): WrittenOperator {
  return {
    operator: FLOAT_FUNCTIONS[op.function],
    version: 1,
    inputs: [op.input],
    outputs: [op.output],
  };
}
