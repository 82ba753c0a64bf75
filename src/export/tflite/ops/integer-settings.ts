import type { TensorList } from '../tensor-list';

/** Index of a new int32 vector that holds settings of an op. */
export function addIntegers(tensors: TensorList, name: string, values: readonly number[]): number {
  return tensors.add({
    name,
    shape: [values.length],
    dtype: 'int32',
    quantization: null,
    data: Int32Array.from(values),
    isVariable: false,
  });
}
