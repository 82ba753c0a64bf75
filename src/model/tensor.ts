/** Element types that a graph's tensors can have. */
export type DType = 'int8' | 'int16' | 'int32' | 'int64' | 'float32' | 'bool' | 'uint8';

/** Host storage of a constant tensor. */
export type TensorData = Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Uint8Array;

/**
 * Real-number meaning of an integer tensor: `real = scale * (q - zeroPoint)`.
 *
 * `scales` and `zeroPoints` have one element, or, with `axis`, one per index of that dimension. Scales are float32
 * values (the file format's type), held as JavaScript numbers.
 */
export interface Quantization {
  /** Real distance of two neighbouring integers. */
  readonly scales: readonly number[];
  /** Integer that stands for 0. */
  readonly zeroPoints: readonly number[];
  /** Dimension that the scales run along; null for one scale per tensor. */
  readonly axis: number | null;
}

/** Index of a tensor in its graph. Branded: it is easily swapped with op indices and buffer slots. */
export type TensorId = number & { readonly __brand: 'TensorId' };

export interface Tensor {
  readonly name: string;
  /** Row-major dimensions as the file states them; a leading batch or time of the file may be replaced at run time. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly quantization: Quantization | null;
  /** Row-major elements of a constant; null for activations, states, inputs and outputs. */
  readonly data: TensorData | null;
  /** True for state that carries over from call to call. */
  readonly isVariable: boolean;
}
