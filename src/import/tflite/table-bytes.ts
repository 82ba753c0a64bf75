import type { ByteBuffer } from 'flatbuffers';

/** A generated view of one table. */
export interface TableView {
  bb: TableBytes | null;
  bb_pos: number;
}

/** What generated code asks of a file's bytes: the part of FlatBuffers' own `ByteBuffer` that reads tables. */
export interface TableBytes extends Pick<
  ByteBuffer,
  | 'bytes'
  | 'position'
  | 'readInt8'
  | 'readUint8'
  | 'readInt32'
  | 'readUint32'
  | 'readInt64'
  | 'readUint64'
  | 'readFloat32'
  | '__offset'
  | '__indirect'
  | '__string'
  | '__vector'
  | '__vector_len'
> {
  __union<T extends TableView>(table: T, offset: number): T;
}
