import type { Op } from './ops';
import type { Tensor, TensorId } from './tensor';

/** A model as its file states it: scales are still real numbers. Ops stand in execution order. */
export interface Graph {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly ops: readonly Op[];
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
}
