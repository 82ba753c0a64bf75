import type { Graph, Op, Tensor, TensorId } from '../src/model';

/** Collects the tensors and ops of a float graph. */
export class GraphBuilder {
  private readonly tensors: Tensor[] = [];
  private readonly ops: Op[] = [];

  constructor(private readonly name: string) {}

  activation(name: string, shape: readonly number[]): TensorId {
    return this.tensor({ name, shape, data: null, isVariable: false });
  }

  /** State that carries over from call to call. */
  state(name: string, shape: readonly number[]): TensorId {
    return this.tensor({ name, shape, data: null, isVariable: true });
  }

  constant(name: string, shape: readonly number[], data: Float32Array): TensorId {
    return this.tensor({ name, shape, data, isVariable: false });
  }

  /** Position of the op that will be added next. */
  get nextOp(): number {
    return this.ops.length;
  }

  add(op: Op): void {
    this.ops.push(op);
  }

  build(inputs: readonly TensorId[], outputs: readonly TensorId[]): Graph {
    return { name: this.name, tensors: this.tensors, ops: this.ops, inputs, outputs };
  }

  private tensor(tensor: Pick<Tensor, 'name' | 'shape' | 'data' | 'isVariable'>): TensorId {
    this.tensors.push({ ...tensor, dtype: 'float32', quantization: null });
    return (this.tensors.length - 1) as TensorId;
  }
}
