import { ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { DType, Quantization, Tensor, TensorData } from '../tensor';

/** Elements of one tensor, and bytes of one buffer, count in int32 throughout the field. */
const MAX_ELEMENTS = 2 ** 31 - 1;
export const MAX_RANK = 8;

const STORAGE: Readonly<Record<DType, new (length: number) => TensorData>> = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  bool: Uint8Array,
  uint8: Uint8Array,
};

/** Values that zero points can have; the others have none. */
const INTEGER_RANGES: Partial<Readonly<Record<DType, readonly [low: number, high: number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/**
 * Shape, elements and quantization of one tensor, by themselves.
 *
 * @throws ModelFormatError naming the tensor and what is wrong with it.
 */
export function validateTensor(tensor: Tensor): void {
  validateShape(tensor);
  validateData(tensor);
  if (tensor.quantization !== null) validateQuantization(tensor, tensor.quantization);
}

function validateShape(tensor: Tensor): void {
  const { shape } = tensor;
  if (shape.length > MAX_RANK) {
    throw broken(
      tensor,
      `has ${shape.length} dimensions; at most ${MAX_RANK} are expected, convert the model again`,
    );
  }
  if (!shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw broken(
      tensor,
      `has the shape [${shape.join(', ')}]; every dimension must be at least 1, convert the model with fixed shapes`,
    );
  }
  const elements = countElements(shape);
  if (elements > MAX_ELEMENTS) {
    throw broken(
      tensor,
      `has the shape [${shape.join(', ')}], ${elements} elements; at most ${MAX_ELEMENTS} are expected, split the model`,
    );
  }
}

function validateData(tensor: Tensor): void {
  const { data, dtype, isVariable, shape } = tensor;
  if (data === null) return;
  if (isVariable)
    throw broken(
      tensor,
      'is a variable and also a constant; one of both is expected, convert the model again',
    );
  if (!(data instanceof STORAGE[dtype])) {
    throw broken(tensor, `is ${dtype} and its elements are held as ${data.constructor.name}`);
  }
  const elements = countElements(shape);
  if (data.length !== elements) {
    throw broken(tensor, `has ${data.length} elements; its shape [${shape.join(', ')}] takes ${elements}`);
  }
}

function validateQuantization(tensor: Tensor, { scales, zeroPoints, axis }: Quantization): void {
  const badScale = scales.findIndex((scale) => !(Number.isFinite(scale) && scale > 0));
  if (badScale !== -1) {
    throw broken(
      tensor,
      `has the scale ${String(scales[badScale])}; a positive number is expected, requantize the model`,
    );
  }
  const channels = axis === null ? 1 : tensor.shape[axis];
  if (channels === undefined) {
    throw broken(
      tensor,
      `has scales along dimension ${axis}; its shape is [${tensor.shape.join(', ')}], requantize the model`,
    );
  }
  if (scales.length !== channels || zeroPoints.length !== channels) {
    const along = axis === null ? 'the whole tensor' : `the ${channels} indices of dimension ${axis}`;
    throw broken(
      tensor,
      `has ${scales.length} scales and ${zeroPoints.length} zero points for ${along}; requantize the model`,
    );
  }
  const range = INTEGER_RANGES[tensor.dtype];
  if (range === undefined) return;
  const [low, high] = range;
  const badZeroPoint = zeroPoints.find(
    (zeroPoint) => !(Number.isInteger(zeroPoint) && zeroPoint >= low && zeroPoint <= high),
  );
  if (badZeroPoint !== undefined) {
    throw broken(
      tensor,
      `has the zero point ${badZeroPoint}; ${tensor.dtype} has ${low} to ${high}, requantize the model`,
    );
  }
}

function countElements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function broken({ name }: Tensor, problem: string): ModelFormatError {
  return new ModelFormatError(`tensor ${quoted(name)}: ${problem}`);
}
