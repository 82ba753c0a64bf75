import { dump, parse } from 'npyjs';
import { InputError } from '../errors';
import { readBytes, writeBytes } from './files';

/** Element types that models and traces have. */
export type NpyData = Int8Array | Int16Array | Int32Array | Float32Array;

export interface NpyArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: NpyData;
}

const DTYPES: Readonly<Record<string, string>> = { i1: 'int8', i2: 'int16', i4: 'int32', f4: 'float32' };

/**
 * Reads a NumPy array of int8, int16, int32 or float32.
 *
 * @throws InputError, beginning with the path, if the file cannot be read, is no `.npy` file, is damaged, or holds
 * something else.
 */
export async function readNpy(path: string): Promise<NpyArray> {
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
  const { data, shape, dtype, fortranOrder } = found;
  if (!isKnown(data) || !(dtype in DTYPES)) {
    throw new InputError(
      `${path}: dtype ${dtype} found, ${Object.values(DTYPES).join(', ')} expected; convert it with NumPy's astype`,
    );
  }
  if (fortranOrder && shape.length > 1) {
    throw new InputError(`${path}: column-major order found; save it with numpy.ascontiguousarray`);
  }
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements !== data.length) {
    throw new InputError(
      `${path}: the header says shape [${shape.join(', ')}], but there are ${data.length} values; the file is damaged`,
    );
  }
  return { shape, data };
}

/** Writes a NumPy array. */
export async function writeNpy(path: string, { shape, data }: NpyArray): Promise<void> {
  await writeBytes(path, new Uint8Array(dump(data, [...shape])));
}

/** NumPy's name of an array's element type. */
export function dtypeOf(data: NpyData): string {
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Int16Array) return 'int16';
  return data instanceof Int32Array ? 'int32' : 'float32';
}

function isKnown(data: ArrayBufferView): data is NpyData {
  return [Int8Array, Int16Array, Int32Array, Float32Array].some((type) => data instanceof type);
}
