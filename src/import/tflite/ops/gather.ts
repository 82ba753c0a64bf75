import type { GatherOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { GatherOptions } from '../generated/gather-options';
import type { OperatorReader } from '../operator-reader';
import { resolveAxis } from './integer-settings';

/** GATHER along one axis. */
export function readGather(operator: OperatorReader): GatherOp {
  operator.requireInputs(2);
  operator.requireOutputs(1);
  const options = operator.options(BuiltinOptions.GatherOptions, new GatherOptions());
  const batchDims = options?.batchDims() ?? 0;
  if (batchDims !== 0) {
    operator.refuse(
      `has ${batchDims} batch dimensions; 0 is expected, export the model without tf.gather's batch_dims`,
    );
  }
  return {
    ...operator.base('gather'),
    input: operator.input(0, 'input'),
    indices: operator.input(1, 'indices'),
    output: operator.output(0),
    axis: resolveAxis(operator, options?.axis() ?? 0, operator.inputShape(0, 'input').length),
  };
}

/** EMBEDDING_LOOKUP: rows of a table, with the indices first. */
export function readEmbeddingLookup(operator: OperatorReader): GatherOp {
  operator.requireInputs(2);
  operator.requireOutputs(1);
  return {
    ...operator.base('gather'),
    input: operator.input(1, 'table'),
    indices: operator.input(0, 'indices'),
    output: operator.output(0),
    axis: 0,
  };
}
