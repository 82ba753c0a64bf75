import type { DequantizeOp, LogisticOp, QuantizeOp, TanhOp } from '../../../model';
import type { OperatorReader } from '../operator-reader';

type UnaryOp = LogisticOp | TanhOp | QuantizeOp | DequantizeOp;

/** LOGISTIC, TANH, QUANTIZE, DEQUANTIZE: one input, one output, no settings. */
export function readUnary(kind: UnaryOp['kind']): (operator: OperatorReader) => UnaryOp {
  return (operator) => {
    operator.requireInputs(1);
    operator.requireOutputs(1);
    return { ...operator.base(kind), input: operator.input(0, 'input'), output: operator.output(0) };
  };
}
