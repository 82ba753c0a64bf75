import type {
  DequantizeOp,
  FloatFunction,
  FloatUnaryOp,
  LogisticOp,
  OpKind,
  QuantizeOp,
  TanhOp,
} from '../../../model';
import type { OperatorReader } from '../operator-reader';

type UnaryOp = LogisticOp | TanhOp | QuantizeOp | DequantizeOp;

/** LOGISTIC, TANH, QUANTIZE, DEQUANTIZE: one input, one output, no settings. */
export function readUnary(kind: UnaryOp['kind']): (operator: OperatorReader) => UnaryOp {
  return (operator) => readEnds(operator, kind);
}

/** ABS, EXP, LOG, NEG, RSQRT, SQRT, SQUARE. */
export function readFloatUnary(name: FloatFunction): (operator: OperatorReader) => FloatUnaryOp {
  return (operator) => ({ ...readEnds(operator, 'floatUnary'), function: name });
}

function readEnds<K extends OpKind>(
  operator: OperatorReader,
  kind: K,
): ReturnType<typeof operator.base<K>> & Pick<UnaryOp, 'input' | 'output'> {
  operator.requireInputs(1);
  operator.requireOutputs(1);
  return { ...operator.base(kind), input: operator.input(0, 'input'), output: operator.output(0) };
}
