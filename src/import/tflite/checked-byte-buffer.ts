import type { Offset } from 'flatbuffers';
import { ModelFormatError } from '../../errors';
import type { TableBytes, TableView } from './table-bytes';

/**
 * Scalars and string bytes that one file may make us read. Weights do not count: they are copied whole. A model needs
 * about a hundred per tensor; a file whose tables share vectors to blow up the work hits this bound within a moment.
 */
const MAX_READS = 8_000_000;

const REMEDY = 'the file is damaged or truncated; get it again';

/**
 * The bytes of a file nobody vouches for. Every read that generated FlatBuffers code makes goes through here and is
 * proven to lie inside the file first; what a vector claims to hold is compared with the bytes that are left.
 *
 * Offsets to tables, vectors and strings are unsigned and never 0, so they only lead forward: no cycle can be followed.
 */
export class CheckedByteBuffer implements TableBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #reads = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where the root table's offset is. */
  position(): Offset {
    return 0;
  }

  readInt8(offset: number): number {
    return this.#view.getInt8(this.#inside(offset, 1));
  }

  readUint8(offset: number): number {
    return this.#view.getUint8(this.#inside(offset, 1));
  }

  readInt32(offset: number): number {
    return this.#view.getInt32(this.#inside(offset, 4), true);
  }

  readUint32(offset: number): number {
    return this.#view.getUint32(this.#inside(offset, 4), true);
  }

  readInt64(offset: number): bigint {
    return this.#view.getBigInt64(this.#inside(offset, 8), true);
  }

  readUint64(offset: number): bigint {
    return this.#view.getBigUint64(this.#inside(offset, 8), true);
  }

  readFloat32(offset: number): number {
    return this.#view.getFloat32(this.#inside(offset, 4), true);
  }

  __offset(tablePosition: number, vtableEntry: number): Offset {
    const vtable = tablePosition - this.readInt32(tablePosition);
    return vtableEntry < this.#readUint16(vtable) ? this.#readUint16(vtable + vtableEntry) : 0;
  }

  __indirect(offset: number): Offset {
    const distance = this.readUint32(offset);
    const target = offset + distance;
    if (distance === 0 || target > this.#bytes.length - 4) {
      throw new ModelFormatError(
        `the offset at byte ${offset} leads to byte ${target} of ${this.#bytes.length}; ${REMEDY}`,
      );
    }
    return target;
  }

  __union<T extends TableView>(table: T, offset: number): T {
    table.bb_pos = this.__indirect(offset);
    table.bb = this;
    return table;
  }

  __vector(offset: number): Offset {
    return this.__indirect(offset) + 4;
  }

  __vector_len(offset: number): Offset {
    const start = this.__vector(offset);
    const length = this.readUint32(start - 4);
    const bytesLeft = this.#bytes.length - start;
    if (length > bytesLeft) {
      throw new ModelFormatError(
        `the vector at byte ${start - 4} claims ${length} elements, ${bytesLeft} bytes are left; ${REMEDY}`,
      );
    }
    return length;
  }

  __string(offset: number): string {
    const length = this.__vector_len(offset);
    this.#charge(length);
    const start = this.__vector(offset);
    return new TextDecoder().decode(this.#bytes.subarray(start, start + length));
  }

  #readUint16(offset: number): number {
    return this.#view.getUint16(this.#inside(offset, 2), true);
  }

  /** The offset, once what is there is known to be in the file. */
  #inside(offset: number, bytes: number): number {
    this.#charge(1);
    if (offset >= 0 && offset + bytes <= this.#bytes.length) return offset;
    throw new ModelFormatError(
      `something at byte ${offset} is referred to, the file has ${this.#bytes.length} bytes; ${REMEDY}`,
    );
  }

  #charge(reads: number): void {
    this.#reads += reads;
    if (this.#reads > MAX_READS) {
      throw new ModelFormatError(
        `describing the model took more than ${MAX_READS} reads; its tables are made to share their parts, refuse the file`,
      );
    }
  }
}
