import { dump, parse } from 'npyjs';
import { InputError } from '../errors';
import { readBytes, writeBytes } from './files';

/** Element types that models and traces have. */
interface Arrays {
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
}

export type NpyDtype = keyof Arrays;
export type NpyData<T extends NpyDtype = NpyDtype> = Arrays[T];

export interface NpyArray<T extends NpyDtype = NpyDtype> {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: NpyData<T>;
}

/** Kinds of elements, by the letter that NumPy's headers have for them; a number of bytes follows. */
const KINDS: Readonly<Record<string, string>> = { i: 'int', u: 'uint', f: 'float', c: 'complex', b: 'bool' };

/**
 * Reads a NumPy array.
 *
 * @param dtypes element types that will do
 * @throws InputError, beginning with the path, if the file cannot be read, is no `.npy` file, is damaged, or holds
 * something else.
 */
export async function readNpy<T extends NpyDtype>(
  path: string,
  ...dtypes: readonly T[]
): Promise<NpyArray<T>> {
  // The parser wants a buffer of its own, from its beginning.
  const file = new Uint8Array(await readBytes(path)).buffer;
  let found: ReturnType<typeof parse>;
  try {
    found = parse(file);
  } catch (cause) {
    // The parser reads past the end of what is too short, and that error says nothing to a user.
    const reason = cause instanceof RangeError || !(cause instanceof Error) ? 'damaged' : cause.message;
    throw new InputError(`${path}: not a readable .npy file (${reason})`, { cause });
  }
  const { shape, fortranOrder } = found;
  const dtype = dtypeName(found.dtype);
  if (!dtypes.some((expected) => expected === dtype)) {
    throw new InputError(`${path}: dtype ${dtype} found, ${dtypes.join(' or ')} expected`);
  }
  if (fortranOrder && shape.length > 1) {
    throw new InputError(`${path}: column-major order found; save it with numpy.ascontiguousarray`);
  }
  // The header's dtype says which of the arrays it is.
  const data = found.data as NpyData<T>;
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements !== data.length) {
    throw new InputError(
      `${path}: the header says shape [${shape.join(', ')}], but there are ${data.length} values; the file is damaged`,
    );
  }
  return { shape, data };
}

/**
 * Writes a NumPy array.
 *
 * @throws InputError, beginning with the path, if the file cannot be written.
 */
export async function writeNpy(path: string, { shape, data }: NpyArray): Promise<void> {
  await writeBytes(path, new Uint8Array(dump(data, [...shape])));
}

/** NumPy's name of an array's element type. */
export function dtypeOf(data: NpyData): NpyDtype {
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Int16Array) return 'int16';
  return data instanceof Int32Array ? 'int32' : 'float32';
}

/** `float64` for `f8`. */
function dtypeName(code: string): string {
  const kind = KINDS[code.slice(0, 1)];
  const bytes = Number(code.slice(1));
  if (kind === undefined || Number.isNaN(bytes)) return code;
  return kind === 'bool' ? kind : `${kind}${bytes * 8}`;
}
