import { dump, parse } from 'npyjs';
import { InputError } from '../errors';

/** Element types that models and traces have. */
interface Arrays {
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
}

/** Element types that models and traces have. */
export type NpyDtype = keyof Arrays;
/** Elements of a type. */
export type NpyData<T extends NpyDtype = NpyDtype> = Arrays[T];

/** An array of one of these types. */
export interface NpyArray<T extends NpyDtype = NpyDtype> {
  /** Dimensions, outermost first. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: NpyData<T>;
}

/** Kinds of elements, by the letter that NumPy's headers have for them; a number of bytes follows. */
const KINDS: Readonly<Record<string, string>> = { i: 'int', u: 'uint', f: 'float', c: 'complex', b: 'bool' };

/** An array whatever its elements are. */
export interface AnyNpyArray {
  /** Dimensions, outermost first. */
  readonly shape: readonly number[];
  /** NumPy's name of the element type. */
  readonly dtype: string;
  /** Row-major. */
  readonly data: ArrayBufferView;
}

/**
 * An array whose elements have one of the types that will do.
 *
 * @throws InputError, beginning with the label, if it holds others.
 */
export function requireDtype<T extends NpyDtype>(
  label: string,
  { shape, dtype, data }: AnyNpyArray,
  dtypes: readonly T[],
): NpyArray<T> {
  if (!dtypes.some((expected) => expected === dtype)) {
    throw new InputError(`${label}: dtype ${dtype} found, ${dtypes.join(' or ')} expected`);
  }
  // The array's dtype says which of them it is.
  return { shape, data: data as NpyData<T> };
}

/**
 * The array that the bytes of a `.npy` file hold.
 *
 * @param label what messages call the file
 * @throws InputError, beginning with the label, if they are no `.npy` file, or a damaged one.
 */
export function parseNpy(label: string, bytes: Uint8Array): AnyNpyArray {
  let found: ReturnType<typeof parse>;
  try {
    // The parser wants a buffer of its own, from its beginning.
    found = parse(new Uint8Array(bytes).buffer);
  } catch (cause) {
    // The parser reads past the end of what is too short, and that error says nothing to a user.
    const reason = cause instanceof RangeError || !(cause instanceof Error) ? 'damaged' : cause.message;
    throw new InputError(`${label}: not a readable .npy file (${reason})`, { cause });
  }
  const { shape, fortranOrder } = found;
  const dtype = dtypeName(found.dtype);
  if (fortranOrder && shape.length > 1) {
    throw new InputError(`${label}: column-major order found; save it with numpy.ascontiguousarray`);
  }
  const elements = shape.reduce((product, size) => product * size, 1);
  const { length } = found.data as ArrayBufferView & ArrayLike<unknown>;
  if (elements !== length) {
    throw new InputError(
      `${label}: the header says shape [${shape.join(', ')}], but there are ${length} values; the file is damaged`,
    );
  }
  return { shape, dtype, data: found.data };
}

/** The bytes of a `.npy` file. */
export function encodeNpy({ shape, data }: NpyArray): Uint8Array<ArrayBuffer> {
  return new Uint8Array(dump(data, [...shape]));
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
