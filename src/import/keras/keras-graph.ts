import type { Graph, Op, OpKind, Tensor, TensorId } from '../../model';

/** A tensor of the graph with its dimensions, batch first. */
export interface Value {
  readonly id: TensorId;
  readonly shape: readonly number[];
}

/** An op without what the graph gives it: its name and its place. */
export type NewOp = { [K in OpKind]: Omit<Extract<Op, { kind: K }>, 'name' | 'sourceIndex'> }[OpKind];

/** Collects tensors and ops. Ops are named after their layer, and told apart by a part where a layer is several. */
export class KerasGraph {
  private readonly tensors: Tensor[] = [];
  private readonly ops: Op[] = [];
  private readonly names = new Set<string>();
  private readonly constants = new Map<string, TensorId>();

  input(name: string, shape: readonly number[], dtype: 'float32' | 'int32'): Value {
    return { id: this.add({ name, shape, dtype, data: null, isVariable: false }), shape };
  }

  activation(name: string, shape: readonly number[]): Value {
    return { id: this.add({ name, shape, dtype: 'float32', data: null, isVariable: false }), shape };
  }

  /** A state that carries over from call to call. */
  state(name: string, shape: readonly number[]): TensorId {
    return this.add({ name, shape, dtype: 'float32', data: null, isVariable: true });
  }

  /** A constant; one of the same name, of a layer that is shared, is there only once. */
  constant(name: string, shape: readonly number[], data: () => Float32Array): TensorId {
    const known = this.constants.get(name);
    if (known !== undefined) return known;
    const id = this.add({ name, shape, dtype: 'float32', data: data(), isVariable: false });
    this.constants.set(name, id);
    return id;
  }

  op(name: string, sourceIndex: number, op: NewOp): void {
    let unique = name;
    for (let copy = 1; this.names.has(unique); copy++) unique = `${name}_${copy}`;
    this.names.add(unique);
    this.ops.push({ ...op, name: unique, sourceIndex });
  }

  /** Gives a value of the graph a name that callers know. */
  rename(id: TensorId, name: string): void {
    const tensor = this.tensors[id];
    if (tensor !== undefined) this.tensors[id] = { ...tensor, name };
  }

  build(name: string, inputs: readonly TensorId[], outputs: readonly TensorId[]): Graph {
    return { name, tensors: this.tensors, ops: this.ops, inputs, outputs };
  }

  private add(tensor: Omit<Tensor, 'quantization'>): TensorId {
    return (this.tensors.push({ ...tensor, quantization: null }) - 1) as TensorId;
  }
}
