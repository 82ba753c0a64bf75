import { at, QuantizationError } from '../../errors';
import type { Graph, Tensor, TensorId } from '../../model';
import type { FloatTensor } from './tensor';

/**
 * Elements of a constant as real numbers. Weights that are already integers (hybrid models: float activations, int8
 * weights) are dequantized, `scale * (q - zeroPoint)` in float32.
 *
 * @throws QuantizationError naming the tensor if it is not a constant with a real meaning, or holds NaN or infinity.
 */
export function floatConstant(graph: Graph, id: TensorId): Float32Array {
  const tensor = at(graph.tensors, id);
  const values = tensor.data instanceof Float32Array ? tensor.data : dequantize(tensor);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new QuantizationError(
      tensor.name,
      `element ${bad} of the constant is ${at(values, bad)}; expected finite numbers, so check the training`,
    );
  }
  return values;
}

/** {@link floatConstant}, or null for an absent optional tensor. */
export function optionalFloatConstant(graph: Graph, id: TensorId | null): Float32Array | null {
  return id === null ? null : floatConstant(graph, id);
}

/**
 * A constant that flows into an op as a value: a real one by {@link floatConstant}, or the positions of a gather, which
 * are whole numbers below 2^24 and so exact in float32.
 */
export function constantValue(graph: Graph, id: TensorId): FloatTensor {
  const { shape, dtype, data, quantization } = at(graph.tensors, id);
  const isPositions = dtype === 'int32' && quantization === null && data instanceof Int32Array;
  return { shape, data: isPositions ? Float32Array.from(data) : floatConstant(graph, id) };
}

function dequantize({ name, shape, data, quantization }: Tensor): Float32Array {
  if (data === null || data instanceof BigInt64Array) {
    throw new QuantizationError(name, 'expected a constant with float32 or quantized elements, found none');
  }
  if (quantization === null) {
    throw new QuantizationError(
      name,
      `expected float32 elements, found ${data.constructor.name} without a scale`,
    );
  }
  const { scales, zeroPoints, axis } = quantization;
  const inner =
    axis === null ? data.length : shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  return Float32Array.from(data, (q, index) => {
    const channel = axis === null ? 0 : Math.floor(index / inner) % scales.length;
    return at(scales, channel) * (q - at(zeroPoints, channel));
  });
}
