import { at, ModelFormatError } from '../errors';
import type { DType, Op, OpKind, Tensor, TensorId } from '../model';
import { opTensors } from '../model';
import { inferOpShapes } from '../model/shapes/op-shapes';
import { constantShape, shapeSizes } from '../model/shapes/dimension';
import type { NdArray } from './nd-array';
import { transposed } from './nd-array';
import type { View } from './view';
import { isWhole, viewShape, wholeTensor } from './view';

/** Elements that weights may take in the graph beyond what the file has of them: reordered copies, for one. */
const SPARE_ELEMENTS = 1 << 24;

/** An op without what the assembler gives it. */
export type OpFields<K extends OpKind> = Omit<Extract<Op, { kind: K }>, 'kind' | 'name' | 'sourceIndex'>;

/** Collects the tensors and ops of a graph, whose dimensions it works out as they come. */
export class GraphAssembler {
  readonly #tensors: Tensor[] = [];
  readonly #ops: Op[] = [];
  readonly #opNames = new Set<string>();
  #elementsLeft: number;
  #node = 0;
  #name: string | null = null;

  /** @param fileBytes bounds what constants may take */
  constructor(fileBytes: number) {
    this.#elementsLeft = fileBytes + SPARE_ELEMENTS;
  }

  get tensors(): readonly Tensor[] {
    return this.#tensors;
  }

  get ops(): readonly Op[] {
    return this.#ops;
  }

  /**
   * Everything that is added from now on stands for this node of the file.
   *
   * @param name of its ops; without one they are called by their kind and the index
   */
  beginNode(index: number, name: string | null = null): void {
    this.#node = index;
    this.#name = name;
  }

  tensor(id: TensorId): Tensor {
    return at(this.#tensors, id);
  }

  input(name: string, shape: readonly number[], dtype: DType): TensorId {
    return this.#add({ name, shape, dtype });
  }

  state(name: string, shape: readonly number[]): TensorId {
    return this.#add({ name, shape, dtype: 'float32', isVariable: true });
  }

  /** A value that an op will make; its dimensions follow from the op. */
  value(name: string): TensorId {
    return this.#add({ name, shape: [], dtype: 'float32' });
  }

  /** @throws ModelFormatError if the graph's constants get out of proportion to the file. */
  constant(name: string, { shape, type, data }: NdArray): TensorId {
    this.#elementsLeft -= data.length;
    if (this.#elementsLeft < 0) {
      throw new ModelFormatError('the model uses its weights over and over; export it with each layer once');
    }
    return data instanceof Float32Array
      ? this.#add({ name, shape, dtype: 'float32', data })
      : this.#add({
          name,
          shape,
          dtype: type === 'integer' ? 'int32' : 'float32',
          data: Int32Array.from(data),
        });
  }

  /** The name that an op of this kind would get now; tensors are called by it. */
  nameOf(kind: OpKind): string {
    const base = this.#name ?? `${kind}_${this.#node}`;
    let name = base;
    for (let part = 1; this.#opNames.has(name); part++) name = `${base}_${part}`;
    return name;
  }

  /** An op with one output. */
  emit<K extends Exclude<OpKind, 'lstm' | 'split'>>(kind: K, fields: Omit<OpFields<K>, 'output'>): View {
    const output = this.value(this.nameOf(kind));
    // The union's member is chosen by K, which the compiler does not follow through Omit.
    this.add(kind, { ...fields, output } as unknown as OpFields<K>);
    return this.whole(output);
  }

  /** An op whose outputs were made by `value`. @throws what shape rules throw of inputs that do not fit it. */
  add<K extends OpKind>(kind: K, fields: OpFields<K>): void {
    const name = this.nameOf(kind);
    const op = { ...fields, kind, name, sourceIndex: this.#node } as unknown as Op;
    const { inputs } = opTensors(op);
    const [input] = inputs;
    const dtype = input === undefined ? 'float32' : this.tensor(input.id).dtype;
    for (const [id, shape] of inferSizes(op, this.#tensors)) {
      this.#tensors[id] = { ...this.tensor(id), shape, dtype };
    }
    this.#opNames.add(name);
    this.#ops.push(op);
  }

  /** The op that makes a tensor, if it is the last one: it may still be given a bias or an activation. */
  lastOp(output: TensorId): Op | null {
    const op = this.#ops.at(-1);
    return op !== undefined && 'output' in op && op.output === output ? op : null;
  }

  /** Puts another op of the same outputs in the place of the last one. */
  replaceLast(op: Op): void {
    this.#ops[this.#ops.length - 1] = op;
  }

  whole(id: TensorId): View {
    return wholeTensor(id, this.tensor(id).shape);
  }

  /** The value as a tensor of its own order and dimensions, with a transpose and a reshape where it takes them. */
  materialize(view: View): TensorId {
    if (isWhole(view)) return view.source;
    const { order, shape } = arrangement(view);
    const moved = order.every((axis, index) => axis === index)
      ? this.whole(view.source)
      : this.emit('transpose', { input: view.source, permutation: order });
    return this.reshape(moved.source, shape).source;
  }

  /** A tensor under other dimensions of as many elements; none is added if they are its own. */
  reshape(input: TensorId, shape: readonly number[]): View {
    const before = this.#ops.find((op) => op.kind === 'reshape' && op.output === input);
    const origin = before?.kind === 'reshape' ? before.input : input;
    for (const id of [input, origin]) {
      const found = this.tensor(id).shape;
      if (found.length === shape.length && found.every((size, axis) => size === shape[axis]))
        return this.whole(id);
    }
    return this.emit('reshape', { input: origin, shape });
  }

  /**
   * The tensor under an output's name; a copy where it has a name already, as an input or another output.
   *
   * @param others outputs so far
   */
  nameOutput(id: TensorId, name: string, others: readonly TensorId[]): TensorId {
    const isInput = !this.#ops.some((op) => opTensors(op).outputs.some((output) => output.id === id));
    const own =
      isInput || others.includes(id)
        ? this.emit('reshape', { input: id, shape: this.tensor(id).shape }).source
        : id;
    this.#tensors[own] = { ...this.tensor(own), name };
    return own;
  }

  #add(tensor: Pick<Tensor, 'name' | 'shape' | 'dtype'> & Partial<Tensor>): TensorId {
    this.#tensors.push({ quantization: null, data: null, isVariable: false, ...tensor });
    return (this.#tensors.length - 1) as TensorId;
  }
}

/** Dimensions of an op's outputs and states, from those of its inputs. */
export function inferSizes(op: Op, tensors: readonly Tensor[]): (readonly [TensorId, number[]])[] {
  const batch = op.kind === 'lstm' ? at(at(tensors, op.input).shape, op.timeMajor ? 1 : 0) : 1;
  const sizes = { batch, timesteps: 1 };
  const result = inferOpShapes(op, {
    graph: { name: '', tensors, ops: [], inputs: [], outputs: [] },
    shapeOf: (id) => constantShape(at(tensors, id).shape),
    fileSizes: sizes,
    batchIsFree: false,
  });
  if ('pin' in result) throw new TypeError(`${op.name}: sizes are known, yet ${result.because}`);
  return result.shapes.map(([id, shape]) => [id, shapeSizes(shape, sizes)]);
}

/**
 * Order of the source's dimensions for a view: those that it names in its order, the others, which are 1, where it has a 1
 * of its own. Nothing is moved if only those others are out of place.
 */
function arrangement(view: View): { readonly order: readonly number[]; readonly shape: readonly number[] } {
  const shape = viewShape(view);
  const named = view.axes.filter((axis): axis is number => axis !== null);
  if (named.every((axis, index) => index === 0 || axis > at(named, index - 1))) {
    return { order: [...view.sourceShape.keys()], shape };
  }
  const dropped = [...view.sourceShape.keys()].filter((axis) => !named.includes(axis));
  const order = view.axes.flatMap((axis) => axis ?? dropped.shift() ?? []);
  return { order: [...order, ...dropped], shape };
}

/** The same arrangement of a constant. */
export function arrangedArray(array: NdArray, axes: readonly (number | null)[]): NdArray {
  const named = axes.filter((axis): axis is number => axis !== null);
  const dropped = [...array.shape.keys()].filter((axis) => !named.includes(axis));
  const { type, data } = transposed(array, [...named, ...dropped]);
  return { shape: axes.map((axis) => (axis === null ? 1 : at(array.shape, axis))), type, data };
}
