import { expOnNegativeValuesQ5_26, multiplyByQuantizedMultiplier } from '../arith';
import type { SoftmaxParameters } from '../contract/op-parameters';
import { ModelFormatError, UnsupportedModelError } from '../errors';
import type { Graph, SoftmaxOp } from '../model';
import { scaleOf, zeroPointOf } from './constants';
import { effectiveMultiplier } from './effective-multiplier';

/** Integer bits of TFLite's fixed-point logit differences: Q5.26. */
const DIFFERENCE_INTEGER_BITS = 5;
const DIFFERENCE_FRACTION_BITS = 31 - DIFFERENCE_INTEGER_BITS;
const OUTPUT_SCALE = 1 / 256;
const OUTPUT_ZERO_POINT = -128;

export interface LoweredSoftmax {
  readonly kind: 'softmax';
  readonly op: SoftmaxOp;
  readonly parameters: SoftmaxParameters;
}

/**
 * The exponentials of TFLite's fixed-point softmax. A logit's distance from its row's maximum has 256 values, so that
 * all of them are computed here and a run only looks them up: the integers are the same.
 *
 * TFLite `activations.cc`, `SoftmaxPrepare` for the reference kernel, and `quantization_util.cc`,
 * `PreprocessSoftmaxScaling` and `CalculateInputRadius`.
 *
 * @throws UnsupportedModelError for an output at another scale or zero point; ModelFormatError for a `beta` that makes every difference 0.
 */
export function lowerSoftmax(op: SoftmaxOp, graph: Graph): LoweredSoftmax {
  checkOutput(op, graph);
  const realMultiplier = Math.min(
    op.beta * scaleOf(graph, op.input) * 2 ** DIFFERENCE_FRACTION_BITS,
    2 ** 31 - 1,
  );
  if (!(realMultiplier > 1)) {
    throw new ModelFormatError(
      `${op.name}: beta ${op.beta} times the input scale ${scaleOf(graph, op.input)} is too small for Q5.26; check both`,
    );
  }
  const multiplier = effectiveMultiplier(op.name, realMultiplier);
  const largestReal = 2 ** DIFFERENCE_INTEGER_BITS - 1;
  const largestDifference = Math.floor((largestReal * 2 ** DIFFERENCE_FRACTION_BITS) / 2 ** multiplier.shift);
  const exponentials = Int32Array.from({ length: 256 }, (_, difference) =>
    difference > largestDifference
      ? 0
      : expOnNegativeValuesQ5_26(multiplyByQuantizedMultiplier(-difference, multiplier)),
  );
  return { kind: 'softmax', op, parameters: { exponentials } };
}

/** TFLite asks for scale 1/256, within a thousandth, and zero point -128. */
function checkOutput(op: SoftmaxOp, graph: Graph): void {
  const scale = scaleOf(graph, op.output);
  const zeroPoint = zeroPointOf(graph, op.output);
  if (Math.abs(scale - OUTPUT_SCALE) <= OUTPUT_SCALE / 1000 && zeroPoint === OUTPUT_ZERO_POINT) return;
  throw new UnsupportedModelError([
    {
      subject: op.name,
      reason: `its output has scale ${scale} and zero point ${zeroPoint}; 1/256 and -128 are expected, requantize the model`,
    },
  ]);
}
