import type { Int8Range } from '../contract/op-parameters';
import { unreachable } from '../errors';
import type { FusedActivation, Graph, TensorId } from '../model';
import { scaleOf, zeroPointOf } from './constants';
import { float32Quotient, roundHalfAway } from './float32';

/**
 * The bounds that a fused activation clamps an int8 output to. TFLite `kernel_util.cc`,
 * `CalculateActivationRangeQuantized`: real bounds are divided by the scale in float32 and rounded half away from zero.
 */
export function outputRange(activation: FusedActivation, graph: Graph, output: TensorId): Int8Range {
  const quantize = (real: number): number =>
    Math.min(
      127,
      Math.max(
        -128,
        zeroPointOf(graph, output) + roundHalfAway(float32Quotient(real, scaleOf(graph, output))),
      ),
    );
  switch (activation) {
    case 'none':
      return { min: -128, max: 127 };
    case 'relu':
      return { min: quantize(0), max: 127 };
    case 'relu6':
      return { min: quantize(0), max: quantize(6) };
    case 'reluN1To1':
      return { min: quantize(-1), max: quantize(1) };
    default:
      return unreachable(activation);
  }
}
