import { ModelFormatError, UnsupportedModelError } from '../../errors';
import type { Buffer } from './generated/buffer';
import type { Model } from './generated/model';

/** The model's raw buffers, each copied once: a copy is aligned, and the caller may do with the file what he likes. */
export class ConstantBuffers {
  readonly #model: Model;
  readonly #fileBytes: number;
  readonly #copies = new Map<number, ArrayBuffer | null>();
  #copiedBytes = 0;

  constructor(model: Model, fileBytes: number) {
    this.#model = model;
    this.#fileBytes = fileBytes;
  }

  /**
   * Contents of a buffer; null if it is empty, as the buffers of all tensors but constants are.
   *
   * @param subject the tensor that refers to it, for messages
   * @throws ModelFormatError if there is no such buffer; UnsupportedModelError if its bytes are outside the FlatBuffer.
   */
  get(index: number, subject: string): ArrayBuffer | null {
    const known = this.#copies.get(index);
    if (known !== undefined) return known;
    const buffer = index < this.#model.buffersLength() ? this.#model.buffers(index) : null;
    if (buffer === null) {
      throw new ModelFormatError(
        `${subject}: refers to buffer ${index}, the file has ${this.#model.buffersLength()}; it is damaged, get it again`,
      );
    }
    const copy = this.#copy(buffer, subject);
    this.#copies.set(index, copy);
    return copy;
  }

  #copy(buffer: Buffer, subject: string): ArrayBuffer | null {
    if (buffer.offset() > 1n || buffer.size() > 1n) {
      throw new UnsupportedModelError([
        {
          subject,
          reason: 'its elements are stored behind the FlatBuffer; convert the model to a file below 2 GB',
        },
      ]);
    }
    const view = buffer.dataArray();
    if (view === null || view.length === 0) return null;
    this.#copiedBytes += view.length;
    if (this.#copiedBytes > this.#fileBytes) {
      throw new ModelFormatError(
        `${subject}: its buffer overlaps others, together they exceed the file's ${this.#fileBytes} bytes; refuse the file`,
      );
    }
    const copy = new ArrayBuffer(view.length);
    new Uint8Array(copy).set(view);
    return copy;
  }
}
