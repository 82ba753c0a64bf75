import { ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { DType, Tensor, TensorData } from '../../model';
import { MAX_RANK } from '../../model/validation/tensors';
import type { ConstantBuffers } from './constant-buffers';
import { enumName } from '../enum-name';
import type { Tensor as TensorTable } from './generated/tensor';
import { TensorType } from './generated/tensor-type';
import { readQuantization } from './quantization';
import { readVector } from './vectors';

/** Element types that the graph knows, and how their constants are held. */
const ELEMENT_TYPES: ReadonlyMap<
  TensorType,
  { readonly dtype: DType; readonly bytes: number; readonly view: (buffer: ArrayBuffer) => TensorData }
> = new Map([
  [TensorType.INT8, { dtype: 'int8', bytes: 1, view: (buffer) => new Int8Array(buffer) }],
  [TensorType.INT16, { dtype: 'int16', bytes: 2, view: (buffer) => new Int16Array(buffer) }],
  [TensorType.INT32, { dtype: 'int32', bytes: 4, view: (buffer) => new Int32Array(buffer) }],
  [TensorType.INT64, { dtype: 'int64', bytes: 8, view: (buffer) => new BigInt64Array(buffer) }],
  [TensorType.FLOAT32, { dtype: 'float32', bytes: 4, view: (buffer) => new Float32Array(buffer) }],
  [TensorType.BOOL, { dtype: 'bool', bytes: 1, view: (buffer) => new Uint8Array(buffer) }],
  [TensorType.UINT8, { dtype: 'uint8', bytes: 1, view: (buffer) => new Uint8Array(buffer) }],
]);

/** How messages name a tensor of the file: by index and name. */
export function tensorSubject(index: number, tensor: TensorTable): string {
  return `tensor ${index} ${quoted(tensor.name() ?? '')}`;
}

/**
 * One tensor, with its elements if it is a constant. A nameless tensor is called `tensor_` and its index.
 *
 * @throws ModelFormatError if its elements do not fill its shape; UnsupportedModelError if it is sparse, stored
 * elsewhere, or of a type that the graph does not know.
 */
export function readTensor(index: number, tensor: TensorTable, buffers: ConstantBuffers): Tensor {
  const subject = tensorSubject(index, tensor);
  const elementType = ELEMENT_TYPES.get(tensor.type());
  if (elementType === undefined) {
    const known = [...ELEMENT_TYPES.values()].map(({ dtype }) => dtype).join(', ');
    const found = enumName(TensorType, tensor.type());
    throw unsupported(subject, `its elements are ${found}; ${known} are read, convert the model again`);
  }
  if (tensor.sparsity() !== null) {
    throw unsupported(subject, 'is sparse; convert the model without sparsity');
  }
  if (tensor.externalBuffer() !== 0) {
    throw unsupported(subject, 'its elements are in another file; convert the model to a single file');
  }
  if (tensor.shapeLength() > MAX_RANK) {
    throw new ModelFormatError(
      `${subject}: has ${tensor.shapeLength()} dimensions; at most ${MAX_RANK} are expected, convert the model again`,
    );
  }
  const shape = readVector(tensor.shapeLength(), (axis) => tensor.shape(axis));
  const buffer = buffers.get(tensor.buffer(), subject);
  if (buffer !== null) requireFilled(subject, shape, elementType.bytes, buffer.byteLength);
  const name = tensor.name();
  return {
    name: name === null || name === '' ? `tensor_${index}` : name,
    shape,
    dtype: elementType.dtype,
    quantization: readQuantization(tensor.quantization(), subject),
    data: buffer === null ? null : elementType.view(buffer),
    isVariable: tensor.isVariable(),
  };
}

function requireFilled(
  subject: string,
  shape: readonly number[],
  elementBytes: number,
  bufferBytes: number,
): void {
  const expected = shape.reduce((product, size) => product * size, elementBytes);
  if (expected === bufferBytes) return;
  throw new ModelFormatError(
    `${subject}: its buffer has ${bufferBytes} bytes, the shape [${shape.join(', ')}] takes ${expected}; ` +
      'the file is damaged, get it again',
  );
}

function unsupported(subject: string, reason: string): UnsupportedModelError {
  return new UnsupportedModelError([{ subject, reason }]);
}
