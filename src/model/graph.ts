import type { Op } from './ops';
import type { Tensor, TensorId } from './tensor';

/** A model as its file states it: scales are still real numbers. Ops stand in execution order. */
export interface Graph {
  /** The file's name for it; for messages. */
  readonly name: string;
  /** Constants, activations and states; a `TensorId` is an index here. */
  readonly tensors: readonly Tensor[];
  /** In the order of execution. */
  readonly ops: readonly Op[];
  /** What a call takes. */
  readonly inputs: readonly TensorId[];
  /** What a call gives. */
  readonly outputs: readonly TensorId[];
}
