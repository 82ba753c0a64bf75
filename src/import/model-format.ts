/** File formats that models come in, told apart by what the bytes say and never by a name. */
export type ModelFormat = 'tflite' | 'onnx' | 'keras-hdf5' | 'keras-zip' | 'safetensors';

/** Formats as people call them. */
export const FORMAT_NAMES: Readonly<Record<ModelFormat, string>> = {
  tflite: '.tflite',
  onnx: '.onnx',
  'keras-hdf5': 'Keras .h5',
  'keras-zip': '.keras',
  safetensors: 'PyTorch weights as .safetensors',
};

const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const ZIP_SIGNATURE = [0x50, 0x4b, 0x03, 0x04];
/** `TFL3`, behind the root offset of a FlatBuffer. */
const TFLITE_IDENTIFIER = [0x54, 0x46, 0x4c, 0x33];
/** A safetensors file begins with the length of a JSON object, as u64. */
const SAFETENSORS_HEADER_BYTES = 8;
const OPENING_BRACE = 0x7b;

/** The format that a file is in; null for none of them. */
export function recognizeFormat(bytes: Uint8Array): ModelFormat | null {
  if (hasAt(bytes, 4, TFLITE_IDENTIFIER)) return 'tflite';
  if (hasAt(bytes, 0, HDF5_SIGNATURE)) return 'keras-hdf5';
  if (hasAt(bytes, 0, ZIP_SIGNATURE)) return 'keras-zip';
  if (isSafetensors(bytes)) return 'safetensors';
  return isOnnx(bytes) ? 'onnx' : null;
}

function hasAt(bytes: Uint8Array, offset: number, expected: readonly number[]): boolean {
  return expected.every((byte, index) => bytes[offset + index] === byte);
}

function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < SAFETENSORS_HEADER_BYTES || bytes[SAFETENSORS_HEADER_BYTES] !== OPENING_BRACE)
    return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getBigUint64(0, true) <= BigInt(bytes.length - SAFETENSORS_HEADER_BYTES);
}

/** Fields of ONNX's ModelProto by number, with the wire types that they are written in. */
const ONNX_FIELDS: ReadonlyMap<number, WireType> = new Map([
  [1, 0], // ir_version
  [2, 2], // producer_name
  [3, 2], // producer_version
  [4, 2], // domain
  [5, 0], // model_version
  [6, 2], // doc_string
  [7, 2], // graph
  [8, 2], // opset_import
  [14, 2], // metadata_props
  [20, 2], // training_info
  [25, 2], // functions
  [26, 2], // configuration
]);
const ONNX_GRAPH_FIELD = 7;

/** Varint and length-delimited: all that a ModelProto is made of. */
type WireType = 0 | 2;

/** Protobuf has no signature, so the message is walked: known fields up to the last byte, one of them a graph. */
function isOnnx(bytes: Uint8Array): boolean {
  let offset = 0;
  let hasGraph = false;
  const varint = (): number => {
    let value = 0;
    // Ten groups of seven bits hold any u64.
    for (let group = 0; group < 10; group++) {
      const byte = bytes[offset];
      if (byte === undefined) return NaN;
      offset += 1;
      value += (byte & 0x7f) * 2 ** (7 * group);
      if (byte < 0x80) return value;
    }
    return NaN;
  };
  while (offset < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const wireType = ONNX_FIELDS.get(field);
    if (wireType === undefined || wireType !== tag % 8) return false;
    const value = varint();
    if (Number.isNaN(value)) return false;
    if (wireType === 2) offset += value;
    hasGraph ||= field === ONNX_GRAPH_FIELD;
  }
  return hasGraph && offset === bytes.length;
}
