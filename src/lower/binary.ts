import { quantizeMultiplier } from '../arith';
import type { BinaryParameters } from '../contract/op-parameters';
import { SUM_SHIFT } from '../contract/op-parameters';
import { UnsupportedModelError } from '../errors';
import type { BinaryOp, Graph } from '../model';
import { isIntegerOperation } from '../model';
import { scaleOf, zeroPointOf } from './constants';
import { effectiveMultiplier } from './effective-multiplier';
import { float32Product, float32Quotient } from './float32';
import { outputRange } from './output-range';

/** The factor 1: a product's sides are not rescaled. */
const ONE = quantizeMultiplier(1);

export interface LoweredBinary {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly parameters: BinaryParameters;
}

/**
 * Integer parameters of ADD, SUB and MUL.
 *
 * - Sum and difference: both sides are brought to twice the larger input scale, with 20 more bits, and from there to the
 *   output's scale; quotients in float64. TFLite `add.cc` and `sub.cc`, `Prepare`.
 * - Product: `s_1 * s_2 / s_y` in float32 from left to right. TFLite `mul.cc`, `Prepare`.
 *
 * @throws ModelFormatError if a scale is missing; UnsupportedModelError for an operation in float32 only, or a sum whose output scale is so fine that
 * TFLite refuses it too.
 */
export function lowerBinary(op: BinaryOp, graph: Graph): LoweredBinary {
  const { operation } = op;
  if (!isIntegerOperation(operation)) {
    const reason = `${operation} has no integer kernel`;
    throw new UnsupportedModelError([{ subject: op.name, reason }]);
  }
  const parameters = {
    operation,
    leftZeroPoint: zeroPointOf(graph, op.left),
    rightZeroPoint: zeroPointOf(graph, op.right),
    outputZeroPoint: zeroPointOf(graph, op.output),
    outputRange: outputRange(op.activation, graph, op.output),
    ...multipliersOf(op, scaleOf(graph, op.left), scaleOf(graph, op.right), scaleOf(graph, op.output)),
  };
  return { kind: 'binary', op, parameters };
}

function multipliersOf(
  op: BinaryOp,
  leftScale: number,
  rightScale: number,
  outputScale: number,
): Pick<BinaryParameters, 'leftMultiplier' | 'rightMultiplier' | 'outputMultiplier'> {
  if (op.operation === 'multiply') {
    const product = float32Quotient(float32Product(leftScale, rightScale), outputScale);
    return {
      leftMultiplier: ONE,
      rightMultiplier: ONE,
      outputMultiplier: effectiveMultiplier(op.name, product),
    };
  }
  const sumScale = 2 * Math.max(leftScale, rightScale);
  const outputMultiplier = effectiveMultiplier(op.name, sumScale / (2 ** SUM_SHIFT * outputScale));
  if (outputMultiplier.shift > 0) {
    throw new UnsupportedModelError([
      {
        subject: op.name,
        reason: `its output scale ${outputScale} is too fine for input scales ${leftScale} and ${rightScale}; requantize the model`,
      },
    ]);
  }
  return {
    leftMultiplier: effectiveMultiplier(op.name, leftScale / sumScale),
    rightMultiplier: effectiveMultiplier(op.name, rightScale / sumScale),
    outputMultiplier,
  };
}
