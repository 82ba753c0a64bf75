import { at, ModelFormatError } from '../errors';
import type { Graph, Quantization, Tensor, TensorId } from '../model';

/** The tensor behind an id; ids were range-checked when the graph was validated. */
export function tensorOf(graph: Graph, id: TensorId): Tensor {
  return at(graph.tensors, id);
}

/**
 * Elements of a constant int8 tensor.
 * @throws ModelFormatError if the tensor is not a constant of that type.
 */
export function int8Constant(graph: Graph, id: TensorId): Int8Array {
  const { data, name } = tensorOf(graph, id);
  if (data instanceof Int8Array) return data;
  throw notConstant(name, 'int8', data);
}

/**
 * Elements of a constant int16 tensor.
 * @throws ModelFormatError if the tensor is not a constant of that type.
 */
export function int16Constant(graph: Graph, id: TensorId): Int16Array {
  const { data, name } = tensorOf(graph, id);
  if (data instanceof Int16Array) return data;
  throw notConstant(name, 'int16', data);
}

/**
 * Elements of a constant int32 tensor.
 * @throws ModelFormatError if the tensor is not a constant of that type.
 */
export function int32Constant(graph: Graph, id: TensorId): Int32Array {
  const { data, name } = tensorOf(graph, id);
  if (data instanceof Int32Array) return data;
  throw notConstant(name, 'int32', data);
}

/**
 * Elements of a constant float32 tensor.
 * @throws ModelFormatError if the tensor is not a constant of that type.
 */
export function float32Constant(graph: Graph, id: TensorId): Float32Array {
  const { data, name } = tensorOf(graph, id);
  if (data instanceof Float32Array) return data;
  throw notConstant(name, 'float32', data);
}

/**
 * Quantization of a tensor that must have one.
 * @throws ModelFormatError if it has none.
 */
export function quantizationOf(graph: Graph, id: TensorId): Quantization {
  const { quantization, name } = tensorOf(graph, id);
  if (quantization === null) {
    throw new ModelFormatError(`tensor ${id} "${name}" has no scale; quantize the model to int8 first`);
  }
  return quantization;
}

/**
 * The one scale of a tensor that is quantized as a whole.
 * @throws ModelFormatError if it has none, or one per channel.
 */
export function scaleOf(graph: Graph, id: TensorId): number {
  const { scales } = quantizationOf(graph, id);
  if (scales.length !== 1) {
    const { name } = tensorOf(graph, id);
    throw new ModelFormatError(
      `tensor ${id} "${name}" has ${scales.length} scales; one per tensor is expected here`,
    );
  }
  return at(scales, 0);
}

/**
 * The one zero point of a tensor that is quantized as a whole.
 * @throws ModelFormatError if it has none.
 */
export function zeroPointOf(graph: Graph, id: TensorId): number {
  return at(quantizationOf(graph, id).zeroPoints, 0);
}

function notConstant(name: string, expected: string, data: Tensor['data']): ModelFormatError {
  const found = data === null ? 'no data' : data.constructor.name;
  return new ModelFormatError(`tensor "${name}": expected constant ${expected} elements, found ${found}`);
}
