import { ByteBuffer } from 'flatbuffers';
import type { Offset, Table } from 'flatbuffers';
import { ModelFormatError } from '../../errors';

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
export class CheckedByteBuffer extends ByteBuffer {
  private reads = 0;

  override readUint8(offset: number): number {
    this.requireInside(offset, 1);
    return super.readUint8(offset);
  }

  override readUint16(offset: number): number {
    this.requireInside(offset, 2);
    return super.readUint16(offset);
  }

  /** All wider scalars are read as one or two of these. */
  override readInt32(offset: number): number {
    this.requireInside(offset, 4);
    return super.readInt32(offset);
  }

  override __offset(tablePosition: number, vtableEntry: number): Offset {
    const vtable = tablePosition - this.readInt32(tablePosition);
    return vtableEntry < this.readUint16(vtable) ? this.readUint16(vtable + vtableEntry) : 0;
  }

  override __indirect(offset: number): Offset {
    const distance = this.readUint32(offset);
    const target = offset + distance;
    if (distance === 0 || target > this.capacity() - 4) {
      throw new ModelFormatError(
        `the offset at byte ${offset} leads to byte ${target} of ${this.capacity()}; ${REMEDY}`,
      );
    }
    return target;
  }

  override __union<T extends Table>(table: T, offset: number): T {
    table.bb_pos = this.__indirect(offset);
    table.bb = this;
    return table;
  }

  override __vector(offset: number): Offset {
    return this.__indirect(offset) + 4;
  }

  override __vector_len(offset: number): Offset {
    const start = this.__vector(offset);
    const length = this.readUint32(start - 4);
    const bytesLeft = this.capacity() - start;
    if (length > bytesLeft) {
      throw new ModelFormatError(
        `the vector at byte ${start - 4} claims ${length} elements, ${bytesLeft} bytes are left; ${REMEDY}`,
      );
    }
    return length;
  }

  override __string(offset: number): string {
    const length = this.__vector_len(offset);
    this.charge(length);
    const start = this.__vector(offset);
    return new TextDecoder().decode(this.bytes().subarray(start, start + length));
  }

  private requireInside(offset: number, bytes: number): void {
    this.charge(1);
    if (offset >= 0 && offset + bytes <= this.capacity()) return;
    throw new ModelFormatError(
      `something at byte ${offset} is referred to, the file has ${this.capacity()} bytes; ${REMEDY}`,
    );
  }

  private charge(reads: number): void {
    this.reads += reads;
    if (this.reads > MAX_READS) {
      throw new ModelFormatError(
        `describing the model took more than ${MAX_READS} reads; its tables are made to share their parts, refuse the file`,
      );
    }
  }
}
