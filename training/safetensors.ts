import { at, ModelFormatError } from '../src/errors';

/** A float32 tensor of a safetensors file. */
export interface NamedWeights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const HEADER_LENGTH_BYTES = 8;

/** What a safetensors file holds. */
export interface WeightsFile {
  readonly tensors: ReadonlyMap<string, NamedWeights>;
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file of float32 tensors: a little-endian u64 length, that many bytes of JSON (name to dtype, shape
 * and byte range), then the elements.
 *
 * @throws ModelFormatError naming the tensor if one is not float32, or lies outside the file.
 */
export function readSafetensors(bytes: Uint8Array): WeightsFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = HEADER_LENGTH_BYTES + Number(view.getBigUint64(0, true));
  const text = new TextDecoder().decode(bytes.subarray(HEADER_LENGTH_BYTES, payload));
  const { __metadata__: metadata = {}, ...header } = JSON.parse(text) as Record<string, Entry> & {
    __metadata__?: Record<string, string>;
  };
  const tensors = new Map<string, NamedWeights>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries<Entry>(header)) {
    const [begin, end] = offsets;
    if (dtype !== 'F32') throw new ModelFormatError(`tensor "${name}" is ${dtype}; expected F32`);
    if (payload + end > bytes.length) {
      throw new ModelFormatError(
        `tensor "${name}" ends at byte ${payload + end} of a file of ${bytes.length}; the file is truncated`,
      );
    }
    const data = new Float32Array((end - begin) / Float32Array.BYTES_PER_ELEMENT);
    for (const index of data.keys()) data[index] = view.getFloat32(payload + begin + 4 * index, true);
    tensors.set(name, { shape, data });
  }
  return { tensors, metadata };
}

/** A tensor that must be there. @throws ModelFormatError naming it. */
export function weightsNamed({ tensors }: WeightsFile, name: string): NamedWeights {
  const found = tensors.get(name);
  if (found !== undefined) return found;
  throw new ModelFormatError(`no tensor "${name}" among ${[...tensors.keys()].join(', ')}`);
}

/** Rows `begin` to `end` of a matrix, or elements of a vector, as a copy. */
export function rowsOf({ shape, data }: NamedWeights, begin: number, end: number): NamedWeights {
  const depth = data.length / at(shape, 0);
  return { shape: [end - begin, ...shape.slice(1)], data: data.slice(begin * depth, end * depth) };
}
