import { at } from '../../errors';
import type { Quantization, Tensor, TensorId } from '../../model';
import type { BiasTerm, LinearTerm } from './linear-sums';

/** A graph's tensors, and those that a rewriter adds to them. */
export class TensorPool {
  private readonly all: Tensor[];

  constructor(tensors: readonly Tensor[]) {
    this.all = [...tensors];
  }

  get tensors(): readonly Tensor[] {
    return this.all;
  }

  add(tensor: Tensor): TensorId {
    return (this.all.push(tensor) - 1) as TensorId;
  }

  /** A float32 value that ops compute. */
  activation(name: string, shape: readonly number[]): TensorId {
    return this.add({ name, shape, dtype: 'float32', quantization: null, data: null, isVariable: false });
  }

  /** A float32 value that carries over from call to call. */
  state(name: string, shape: readonly number[]): TensorId {
    return this.add({ name, shape, dtype: 'float32', quantization: null, data: null, isVariable: true });
  }

  /** The part of a weight matrix that makes `rows` outputs of one input. Whole rows share their memory with the matrix. */
  block(name: string, { weights, firstRow, firstColumn, columns }: LinearTerm, rows: number): TensorId {
    const { shape, dtype, quantization } = at(this.all, weights);
    const width = at(shape, 1);
    const whole = this.matrix(weights).subarray(firstRow * width, (firstRow + rows) * width);
    return this.add({
      name,
      shape: [rows, columns],
      dtype,
      quantization: rowsOf(quantization, firstRow, rows),
      data: columns === width ? whole : columnsOf(whole, width, firstColumn, columns),
      isVariable: false,
    });
  }

  /** `length` elements of the sum of bias vectors; null without any. */
  bias(name: string, terms: readonly BiasTerm[], length: number): TensorId | null {
    const parts = terms.map(({ bias, first }) => this.vector(bias).subarray(first, first + length));
    const [only, ...others] = parts;
    if (only === undefined) return null;
    const data =
      others.length === 0
        ? only
        : Float32Array.from(only, (_, index) => parts.reduce((sum, part) => sum + at(part, index), 0));
    return this.add({
      name,
      shape: [length],
      dtype: 'float32',
      quantization: null,
      data,
      isVariable: false,
    });
  }

  private matrix(id: TensorId): Float32Array | Int8Array {
    const { name, data } = at(this.all, id);
    if (data instanceof Float32Array || data instanceof Int8Array) return data;
    throw new TypeError(`"${name}" is no weight matrix`);
  }

  private vector(id: TensorId): Float32Array {
    const { name, data } = at(this.all, id);
    if (data instanceof Float32Array) return data;
    throw new TypeError(`"${name}" is no float32 vector`);
  }
}

/** Scales of rows, where each row has its own. */
function rowsOf(quantization: Quantization | null, first: number, rows: number): Quantization | null {
  if (quantization?.axis !== 0) return quantization;
  return {
    axis: 0,
    scales: quantization.scales.slice(first, first + rows),
    zeroPoints: quantization.zeroPoints.slice(first, first + rows),
  };
}

function columnsOf(
  data: Float32Array | Int8Array,
  width: number,
  first: number,
  columns: number,
): Float32Array | Int8Array {
  const rows = data.length / width;
  const part =
    data instanceof Float32Array ? new Float32Array(rows * columns) : new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    part.set(data.subarray(row * width + first, row * width + first + columns), row * columns);
  }
  return part;
}
