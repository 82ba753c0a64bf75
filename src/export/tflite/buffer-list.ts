import type { Builder, Offset } from 'flatbuffers';
import { addData, endBuffer, startBuffer } from '../../import/tflite/generated/buffer';
import { createBuffersVector } from '../../import/tflite/generated/model';

/** TFLite maps files into memory and reads constants in place. */
const ALIGNMENT_BYTES = 16;

/** Stands for "no data": the format wants the first buffer to be empty. */
export const EMPTY_BUFFER = 0;

/** The raw buffers of a model, by index. */
export class BufferList {
  private readonly offsets: Offset[];

  constructor(private readonly builder: Builder) {
    this.offsets = [this.write(null)];
  }

  /** Index of a new buffer with these bytes. */
  add(data: ArrayBufferView): number {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return this.offsets.push(this.write(bytes)) - 1;
  }

  /** Offset of the vector of all buffers. */
  finish(): Offset {
    return createBuffersVector(this.builder, this.offsets);
  }

  private write(bytes: Uint8Array | null): Offset {
    const { builder } = this;
    if (bytes !== null) builder.prep(ALIGNMENT_BYTES, bytes.length);
    const data = bytes === null ? null : builder.createByteVector(bytes);
    startBuffer(builder);
    if (data !== null) addData(builder, data);
    return endBuffer(builder);
  }
}
