import { at, ModelFormatError } from '../../errors';
import type { Quantization, Tensor, TensorId } from '../../model';
import type { ConstantBuffers } from './constant-buffers';
import type { SubGraph } from './generated/sub-graph';
import type { Tensor as TensorFields } from './generated/tensor';
import { readQuantization } from './quantization';
import { readTensor, tensorSubject } from './read-tensor';

/**
 * The graph's tensors. Only what an op or the graph itself uses becomes one, in the order of first use: files also hold
 * tensors that carry nothing but a scale, or that nothing refers to.
 */
export class TensorTable {
  readonly #subgraph: SubGraph;
  readonly #buffers: ConstantBuffers;
  readonly #read: Tensor[] = [];
  readonly #ids = new Map<number, TensorId>();

  constructor(subgraph: SubGraph, buffers: ConstantBuffers) {
    this.#subgraph = subgraph;
    this.#buffers = buffers;
  }

  /** All tensors used so far; their ids are their positions. */
  get tensors(): readonly Tensor[] {
    return this.#read;
  }

  /**
   * Id of a tensor of the file, which becomes part of the graph.
   *
   * @param user who refers to it, for messages
   * @throws ModelFormatError if the file has no such tensor, and whatever `readTensor` throws.
   */
  use(index: number, user: string): TensorId {
    const known = this.#ids.get(index);
    if (known !== undefined) return known;
    const id = this.#read.length as TensorId;
    this.#read.push(readTensor(index, this.#fields(index, user), this.#buffers));
    this.#ids.set(index, id);
    return id;
  }

  /** Id of a tensor that the file does not have. */
  add(tensor: Tensor): TensorId {
    return (this.#read.push(tensor) - 1) as TensorId;
  }

  /** The tensor itself, when an op needs its constant elements right away and the graph does not. */
  peek(index: number, user: string): Tensor {
    const known = this.#ids.get(index);
    return known === undefined
      ? readTensor(index, this.#fields(index, user), this.#buffers)
      : at(this.#read, known);
  }

  /** Quantization of a tensor that is there for that alone. */
  quantization(index: number, user: string): Quantization | null {
    const fields = this.#fields(index, user);
    return readQuantization(fields.quantization(), tensorSubject(index, fields));
  }

  #fields(index: number, user: string): TensorFields {
    const fields =
      index >= 0 && index < this.#subgraph.tensorsLength() ? this.#subgraph.tensors(index) : null;
    if (fields !== null) return fields;
    throw new ModelFormatError(
      `${user}: refers to tensor ${index}, the file has ${this.#subgraph.tensorsLength()}; it is damaged, get it again`,
    );
  }
}
