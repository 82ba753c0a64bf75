import { at, ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import { elementCount } from '../../model/shapes';
import { MAX_RANK } from '../../model/validation/tensors';

/** A float32 tensor of a safetensors file. */
export interface NamedWeights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a safetensors file holds. */
export interface WeightsFile {
  readonly tensors: ReadonlyMap<string, NamedWeights>;
  /** Free text by name. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Length of the header, a little-endian u64. */
const PREFIX_BYTES = 8;
/** Where free text stands among the tensors. */
const METADATA = '__metadata__';
const REMEDY = 'the file is damaged or truncated; get it again';

/**
 * Reads a safetensors file of float32 tensors: a length, that many bytes of JSON (name to type, shape and byte range), then
 * the elements. The bytes need not be trusted. https://github.com/huggingface/safetensors#format
 *
 * @throws ModelFormatError if the file is damaged; UnsupportedModelError naming every tensor that is not float32.
 */
export function readSafetensors(bytes: Uint8Array): WeightsFile {
  const { header, elements } = openFile(bytes);
  const entries = Object.entries(header).filter(([name]) => name !== METADATA);
  const foreign = entries.flatMap(([name, entry]) => {
    const dtype = isObject(entry) ? entry['dtype'] : undefined;
    return typeof dtype === 'string' && dtype !== 'F32' ? [{ name, dtype }] : [];
  });
  if (foreign.length > 0) {
    const reasons = foreign.map(({ name, dtype }) => ({
      subject: `tensor ${quoted(name)}`,
      reason: `its elements are ${quoted(dtype)}; "F32" is read, save it with .float()`,
    }));
    throw new UnsupportedModelError(reasons);
  }
  let end = 0;
  const ranges = entries
    .map(([name, entry]) => readEntry(name, entry, elements.length))
    .sort((a, b) => a.begin - b.begin);
  const tensors = ranges.map(({ name, shape, begin, bytes: length }): [string, NamedWeights] => {
    if (begin < end) throw broken(name, 'shares its bytes with another');
    end = begin + length;
    // Copied, so that elements are aligned; a Buffer's own slice() would not copy.
    const copy = new Uint8Array(elements.subarray(begin, end));
    return [name, { shape, data: new Float32Array(copy.buffer) }];
  });
  return { tensors: new Map(tensors), metadata: readMetadata(header[METADATA]) };
}

function openFile(bytes: Uint8Array): { readonly header: JsonObject; readonly elements: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < PREFIX_BYTES ? Infinity : Number(view.getBigUint64(0, true));
  if (PREFIX_BYTES + length > bytes.length) {
    throw new ModelFormatError(`the safetensors file has ${bytes.length} bytes, its header more; ${REMEDY}`);
  }
  const text = new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length));
  const header = parseJson(text);
  if (!isObject(header)) {
    throw new ModelFormatError(`the header of the safetensors file is no JSON object; ${REMEDY}`);
  }
  return { header, elements: bytes.subarray(PREFIX_BYTES + length) };
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** First byte among the elements. */
  readonly begin: number;
  readonly bytes: number;
}

function readEntry(name: string, entry: unknown, payloadBytes: number): Entry {
  const fields = isObject(entry) ? entry : {};
  const shape = wholeNumbers(fields['shape']);
  const [begin, end, ...others] = wholeNumbers(fields['data_offsets']) ?? [];
  if (
    fields['dtype'] !== 'F32' ||
    shape === null ||
    begin === undefined ||
    end === undefined ||
    others.length > 0
  ) {
    throw broken(name, 'is not described by a dtype, a shape and two data_offsets');
  }
  const bytes = Float32Array.BYTES_PER_ELEMENT * elementCount(shape);
  if (end - begin !== bytes || shape.length > MAX_RANK) {
    throw broken(name, `has the shape [${shape.join(', ')}], ${bytes} bytes, and ${end - begin} in the file`);
  }
  if (end > payloadBytes) throw broken(name, `ends at byte ${end} of ${payloadBytes}`);
  return { name, shape, begin, bytes };
}

function wholeNumbers(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null;
  const numbers: unknown[] = value;
  return numbers.every((each): each is number => Number.isSafeInteger(each) && (each as number) >= 0)
    ? numbers
    : null;
}

function readMetadata(value: unknown): ReadonlyMap<string, string> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return new Map(entries.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])));
}

function broken(name: string, problem: string): ModelFormatError {
  return new ModelFormatError(`tensor ${quoted(name)}: ${problem}; ${REMEDY}`);
}

/** A tensor that must be there. @throws ModelFormatError naming it. */
export function weightsNamed({ tensors }: WeightsFile, name: string): NamedWeights {
  const found = tensors.get(name);
  if (found !== undefined) return found;
  throw new ModelFormatError(
    `no tensor ${quoted(name)} among ${[...tensors.keys()].map(quoted).join(', ')}; check the name of the module`,
  );
}

/** Rows `begin` to `end` of a matrix, or elements of a vector. */
export function rowsOf({ shape, data }: NamedWeights, begin: number, end: number): NamedWeights {
  const depth = data.length / at(shape, 0);
  return { shape: [end - begin, ...shape.slice(1)], data: data.subarray(begin * depth, end * depth) };
}
