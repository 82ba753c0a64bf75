import type {
  DType,
  FusedActivation,
  Graph,
  LstmDirection,
  LstmGateTensors,
  OpKind,
  Op,
  Quantization,
  Tensor,
  TensorData,
  TensorId,
} from '../../src/model';

/** Quantization of a tensor as a whole. */
export function perTensor(scale: number, zeroPoint = 0): Quantization {
  return { scales: [Math.fround(scale)], zeroPoints: [zeroPoint], axis: null };
}

/** Quantization with one scale per index of dimension 0. */
export function perChannel(scales: readonly number[]): Quantization {
  return { scales: scales.map(Math.fround), zeroPoints: scales.map(() => 0), axis: 0 };
}

interface TensorOptions {
  readonly dtype?: DType;
  readonly quantization?: Quantization | null;
  readonly data?: TensorData;
  readonly isVariable?: boolean;
}

/** Builds small graphs for tests, one op after the other. Activations are int8 at scale 1/16 unless told otherwise. */
export class GraphBuilder {
  readonly #tensors: Tensor[] = [];
  readonly #ops: Op[] = [];
  readonly #inputs: TensorId[] = [];

  tensor(shape: readonly number[], options: TensorOptions = {}): TensorId {
    const { dtype = 'int8', quantization = perTensor(1 / 16), data = null, isVariable = false } = options;
    this.#tensors.push({ name: `t${this.#tensors.length}`, shape, dtype, quantization, data, isVariable });
    return (this.#tensors.length - 1) as TensorId;
  }

  input(shape: readonly number[], options: TensorOptions = {}): TensorId {
    const id = this.tensor(shape, options);
    this.#inputs.push(id);
    return id;
  }

  int8(shape: readonly number[], data: ArrayLike<number>, quantization = perTensor(1 / 64)): TensorId {
    return this.tensor(shape, { data: Int8Array.from(data), quantization });
  }

  int32(shape: readonly number[], data: ArrayLike<number>): TensorId {
    return this.tensor(shape, { dtype: 'int32', data: Int32Array.from(data), quantization: null });
  }

  /** Appends an op; its name is its kind and index. */
  op<K extends OpKind>(
    op: { readonly kind: K } & Omit<Extract<Op, { kind: K }>, 'kind' | 'name' | 'sourceIndex'>,
  ): Extract<Op, { kind: K }> {
    const sourceIndex = this.#ops.length;
    const named = { ...op, name: `${op.kind}_${sourceIndex}`, sourceIndex } as unknown as Extract<
      Op,
      { kind: K }
    >;
    this.#ops.push(named);
    return named;
  }

  fullyConnected(
    input: TensorId,
    weights: TensorId,
    options: {
      readonly bias?: TensorId;
      readonly activation?: FusedActivation;
      readonly keepDims?: boolean;
      readonly output?: TensorId;
    } = {},
  ): TensorId {
    const { bias = null, activation = 'none', keepDims = false, output = this.tensor([1]) } = options;
    this.op({ kind: 'fullyConnected', input, weights, bias, activation, keepDims, output });
    return output;
  }

  reshape(input: TensorId, shape: readonly number[]): TensorId {
    const output = this.tensor([1]);
    this.op({ kind: 'reshape', input, output, shape });
    return output;
  }

  /** An LSTM with zero weights, enough for shapes, or with given ones. */
  lstm(
    input: TensorId,
    sizes: { readonly features: number; readonly units: number; readonly fileBatch?: number },
    options: {
      readonly timeMajor?: boolean;
      readonly oneStep?: boolean;
      readonly directions?: 1 | 2;
      readonly weights?: (elements: number) => Int8Array;
    } = {},
  ): TensorId[] {
    const { features, units, fileBatch = 1 } = sizes;
    const matrix = (columns: number): TensorId =>
      this.int8([units, columns], options.weights?.(units * columns) ?? new Int8Array(units * columns));
    const gate = (): LstmGateTensors => ({
      inputWeights: matrix(features),
      recurrentWeights: matrix(units),
      bias: null,
      peephole: null,
      layerNorm: null,
      preActivation: null,
    });
    const direction = (name: LstmDirection['direction']): LstmDirection => ({
      direction: name,
      gates: { input: gate(), forget: gate(), cell: gate(), output: gate() },
      projection: null,
      hidden: perTensor(1 / 128),
      outputState: this.tensor([fileBatch, units], { isVariable: true }),
      cellState: this.tensor([fileBatch, units], {
        dtype: 'int16',
        quantization: perTensor(2 ** -11),
        isVariable: true,
      }),
      output: this.tensor([1]),
    });
    const directions =
      options.directions === 2
        ? ([direction('forward'), direction('reverse')] as const)
        : ([direction('forward')] as const);
    this.op({
      kind: 'lstm',
      input,
      directions,
      timeMajor: options.timeMajor ?? false,
      oneStep: options.oneStep ?? false,
      cellClip: 0,
      projectionClip: 0,
    });
    return directions.map(({ output }) => output);
  }

  graph(outputs: readonly TensorId[]): Graph {
    return { name: 'test', tensors: this.#tensors, ops: this.#ops, inputs: this.#inputs, outputs };
  }
}
