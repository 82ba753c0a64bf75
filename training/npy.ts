const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const VERSION = [1, 0];
const LENGTH_BYTES = 2;
const ALIGNMENT = 64;

/** int8 values as a `.npy` file (version 1.0, C order). */
export function encodeNpyInt8(shape: readonly number[], values: Int8Array): Uint8Array {
  const preamble = MAGIC.length + VERSION.length + LENGTH_BYTES;
  const tuple = shape.length === 1 ? `(${shape.join()},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '|i1', 'fortran_order': False, 'shape': ${tuple}, }`;
  const total = Math.ceil((preamble + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${dictionary.padEnd(total - preamble - 1)}\n`;
  return Uint8Array.of(
    ...MAGIC,
    ...VERSION,
    header.length & 0xff,
    header.length >> 8,
    ...new TextEncoder().encode(header),
    ...new Uint8Array(values.buffer, values.byteOffset, values.length),
  );
}
