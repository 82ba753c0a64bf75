import type { Builder, Offset } from 'flatbuffers';
import type { BuiltinOperator } from '../../import/tflite/generated/builtin-operator';
import type { BuiltinOptions } from '../../import/tflite/generated/builtin-options';
import type { Graph } from '../../model';
import type { TensorList } from './tensor-list';

/** Stands for an optional input that is absent. */
export const ABSENT = -1;

/** What op writers write to. */
export interface OperatorScope {
  readonly graph: Graph;
  readonly builder: Builder;
  readonly tensors: TensorList;
}

/** A finished options table. */
export interface WrittenOptions {
  readonly type: BuiltinOptions;
  readonly offset: Offset;
}

/** One op as the file has it. Tensors are indices into the file's, which begin with the graph's ids. */
export interface WrittenOperator {
  readonly operator: BuiltinOperator;
  /**
   * Lowest version of the op that does this in int8: what TFLite's converter states, so that every TFLite that can run it
   * also accepts it.
   */
  readonly version: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly intermediates?: readonly number[];
  readonly options?: WrittenOptions;
}
