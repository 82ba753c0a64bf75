import { BinaryReader } from '@bufbuild/protobuf/wire';
import { ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import { elementCount } from '../../model/shapes';
import { MAX_RANK } from '../../model/validation/tensors';
import { enumName } from '../enum-name';
import type { TensorProto } from './generated/octogate_onnx_pb';
import {
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
} from './generated/octogate_onnx_pb';
import type { NdArray } from '../nd-array';

/** How a type's elements are found: in the raw bytes, or else in a list of their own. */
interface ElementType {
  readonly type: NdArray['type'];
  readonly bytes: number;
  readonly read: (view: DataView, offset: number) => number;
  readonly list: 'floatData' | 'int32Data' | 'int64Data';
}

const ELEMENT_TYPES: ReadonlyMap<DataType, ElementType> = new Map<DataType, ElementType>([
  [
    DataType.FLOAT,
    { type: 'float', bytes: 4, list: 'floatData', read: (view, offset) => view.getFloat32(offset, true) },
  ],
  [
    DataType.INT64,
    {
      type: 'integer',
      bytes: 8,
      list: 'int64Data',
      read: (view, offset) => Number(view.getBigInt64(offset, true)),
    },
  ],
  [
    DataType.INT32,
    { type: 'integer', bytes: 4, list: 'int32Data', read: (view, offset) => view.getInt32(offset, true) },
  ],
  [
    DataType.BOOL,
    { type: 'integer', bytes: 1, list: 'int32Data', read: (view, offset) => view.getUint8(offset) },
  ],
]);

export function dataTypeName(type: DataType): string {
  return enumName(DataType, type);
}

/**
 * Elements of a constant.
 *
 * @param subject the tensor, for messages
 * @throws ModelFormatError if they do not fill the shape; UnsupportedModelError if they are of a type that is not read, or
 * stored in another file.
 */
export function readElements(tensor: TensorProto, subject: string): NdArray {
  if (tensor.dataLocation === DataLocation.EXTERNAL || tensor.externalData.length > 0) {
    const file = tensor.externalData.find(({ key }) => key === 'location')?.value ?? '';
    throw unsupported(
      subject,
      `its elements are in the file ${quoted(file)}; save the model as a single file`,
    );
  }
  const elementType = ELEMENT_TYPES.get(tensor.dataType);
  if (elementType === undefined) {
    const known = [...ELEMENT_TYPES.keys()].map(dataTypeName).join(', ');
    throw unsupported(
      subject,
      `its elements are ${dataTypeName(tensor.dataType)}; ${known} are read, export the model in float32`,
    );
  }
  const shape = readShape(tensor, subject);
  const elements = elementCount(shape);
  const found = countElements(tensor, elementType);
  if (found !== elements) {
    throw new ModelFormatError(
      `${subject}: has ${found} elements, the shape [${shape.join(', ')}] takes ${elements}; the file is damaged, get it again`,
    );
  }
  const { type } = elementType;
  const data = type === 'float' ? new Float32Array(elements) : new Float64Array(elements);
  if (isVarints(tensor, elementType)) readVarints(listBytes(tensor, elementType), data, subject);
  else readFixed(fixedBytes(tensor), elementType, data);
  return { shape, type, data };
}

/** Integers are packed as varints where they are not raw. */
function isVarints({ rawData }: TensorProto, { list }: ElementType): boolean {
  return rawData.length === 0 && list !== 'floatData';
}

function fixedBytes({ rawData, floatData }: TensorProto): Uint8Array {
  return rawData.length > 0 ? rawData : joined(floatData);
}

function listBytes(tensor: TensorProto, { list }: ElementType): Uint8Array {
  return joined(tensor[list]);
}

/** Elements that the bytes hold; not whole if they end inside one. */
function countElements(tensor: TensorProto, elementType: ElementType): number {
  if (!isVarints(tensor, elementType)) return fixedBytes(tensor).length / elementType.bytes;
  // Every varint ends in the one byte of it that has no high bit.
  return listBytes(tensor, elementType).reduce((count, byte) => count + (byte < 0x80 ? 1 : 0), 0);
}

function readFixed(bytes: Uint8Array, { bytes: size, read }: ElementType, data: NdArray['data']): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < data.length; index++) data[index] = read(view, index * size);
}

function readVarints(bytes: Uint8Array, data: NdArray['data'], subject: string): void {
  const reader = new BinaryReader(bytes);
  try {
    for (let index = 0; index < data.length; index++) data[index] = Number(reader.int64());
  } catch (error) {
    throw new ModelFormatError(`${subject}: its elements are not written as ONNX does; get the file again`, {
      cause: error,
    });
  }
}

function readShape({ dims }: TensorProto, subject: string): number[] {
  const shape = dims.map(Number);
  if (shape.length > MAX_RANK || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new ModelFormatError(
      `${subject}: has the shape [${shape.join(', ')}]; up to ${MAX_RANK} sizes are expected, export the model again`,
    );
  }
  return shape;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let begin = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, begin);
    begin += chunk.length;
  }
  return bytes;
}

function unsupported(subject: string, reason: string): UnsupportedModelError {
  return new UnsupportedModelError([{ subject, reason }]);
}
