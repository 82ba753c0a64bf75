import { ModelFormatError, UnsupportedModelError } from '../../errors';
import type { TensorId } from '../../model';
import type { Hdf5Array } from './hdf5';
import type { KerasGraph, NewOp, Value } from './keras-graph';
import type { LayerConfig } from './layer-config';

/** One application of a layer, and what its reader may ask and do. */
export class LayerScope {
  constructor(
    /** The layer's name, which its ops and tensors begin with. */
    readonly name: string,
    readonly config: LayerConfig,
    readonly inputs: readonly Value[],
    /** In Keras' order. */
    private readonly arrays: readonly Hdf5Array[],
    private readonly index: number,
    private readonly graph: KerasGraph,
  ) {}

  /** The same place in the graph for a layer inside this one, such as one direction of a Bidirectional. */
  inner(config: LayerConfig, inputs: readonly Value[] = this.inputs, part = ''): LayerScope {
    return new LayerScope(this.name + part, config, inputs, this.arrays, this.index, this.graph);
  }

  /** @throws ModelFormatError unless there is exactly one input. */
  get input(): Value {
    const [only, ...others] = this.inputs;
    if (only !== undefined && others.length === 0) return only;
    throw this.broken(`has ${this.inputs.length} inputs; one is expected`);
  }

  /** @throws ModelFormatError unless the one input has that many dimensions, batch among them. */
  inputOfRank(...ranks: readonly number[]): Value {
    const { input } = this;
    if (ranks.includes(input.shape.length)) return input;
    throw this.broken(
      `has an input of ${input.shape.length} dimensions, [${input.shape.join(', ')}]; ${ranks.join(' or ')} expected`,
    );
  }

  /**
   * An array of the layer's weights.
   *
   * @throws ModelFormatError if it is missing or of another shape.
   */
  weight(position: number, role: string, shape: readonly number[]): Float32Array {
    const array = this.arrays[position];
    if (array === undefined) {
      throw this.broken(`has ${this.arrays.length} weights; ${role} would be number ${position + 1}`);
    }
    if (array.shape.length === shape.length && array.shape.every((size, axis) => size === shape[axis])) {
      return array.data;
    }
    throw this.broken(
      `its ${role} has the shape [${array.shape.join(', ')}], [${shape.join(', ')}] expected`,
    );
  }

  /** @throws ModelFormatError unless the layer has exactly that many weights. */
  requireWeights(count: number): void {
    if (this.arrays.length === count) return;
    throw this.broken(`has ${this.arrays.length} weights, ${count} expected with its settings`);
  }

  constant(part: string, shape: readonly number[], data: () => Float32Array): TensorId {
    return this.graph.constant(`${this.name}/${part}`, shape, data);
  }

  scalar(part: string, value: number): TensorId {
    return this.constant(part, [1], () => Float32Array.of(value));
  }

  state(part: string, shape: readonly number[]): TensorId {
    return this.graph.state(`${this.name}/${part}`, shape);
  }

  /** A value that the layer makes: its result, or a part on the way to it. */
  value(part: string, shape: readonly number[]): Value {
    return this.graph.activation(part === '' ? this.name : `${this.name}/${part}`, shape);
  }

  /** Gives a value that was made under another name the one that callers know. */
  rename(id: TensorId, name: string): void {
    this.graph.rename(id, name);
  }

  /** Adds an op that makes one value. */
  make(part: string, shape: readonly number[], op: (output: TensorId) => NewOp): Value {
    const output = this.value(part, shape);
    this.op(part, op(output.id));
    return output;
  }

  op(part: string, op: NewOp): void {
    this.graph.op(part === '' ? this.name : `${this.name}/${part}`, this.index, op);
  }

  /** @throws UnsupportedModelError naming this layer. */
  refuse(reason: string): never {
    throw new UnsupportedModelError([{ subject: this.config.subject, reason }]);
  }

  broken(problem: string): ModelFormatError {
    return new ModelFormatError(`${this.config.subject}: ${problem}; save the model again`);
  }
}
