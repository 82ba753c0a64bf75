import type { DType, Quantization } from '../model';
import type { GraphShapes, SymbolicShape } from '../model/shapes';
import { at } from '../errors';
import type { ProgramEnd } from './program-ends';

/** An input or output of a model. */
export interface ModelEnd {
  /** Name of the tensor, as in the file; `runNamed` takes and gives values by it. */
  readonly name: string;
  /** Element type in the file: int8, or float32 where the model quantizes or dequantizes by itself or computes in float32, or int32 for positions. */
  readonly dtype: DType;
  /** Each dimension as a product of sizes, `batch` and `time`, outermost first: `[['batch'], ['time'], [28]]`. */
  readonly shape: SymbolicShape;
  /** What its int8 values mean; null if the file does not say. */
  readonly quantization: Quantization | null;
}

export function modelEnd({ name, tensor, tensorId, inner }: ProgramEnd, shapes: GraphShapes): ModelEnd {
  return {
    name,
    dtype: tensor.dtype,
    shape: at(shapes.tensors, tensorId),
    quantization: inner.quantization,
  };
}
