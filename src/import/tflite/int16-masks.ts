import { at, ModelFormatError } from '../../errors';
import { MASK_SCALES } from '../../model';
import type { FullyConnectedOp, Graph, LogisticOp, Quantization, Tensor, TensorId } from '../../model';
import { readAttachment } from './attachment';
import type { ConstantBuffers } from './constant-buffers';
import type { Model } from './generated/model';
import { SUBSTITUTIONS_METADATA_NAME } from './int16-mask-attachment';

type MaskOp = FullyConnectedOp | LogisticOp;

/** What stands in a file for int16 outputs: logits on the int8 grid of Q3.12's range, the mask on that of LOGISTIC. */
export const MASK_STAND_INS: Readonly<Record<MaskOp['kind'], Quantization>> = {
  fullyConnected: { scales: [2 ** -4], zeroPoints: [0], axis: null },
  logistic: { scales: [2 ** -8], zeroPoints: [-128], axis: null },
};

const SCALES: Readonly<Record<MaskOp['kind'], number>> = {
  fullyConnected: MASK_SCALES.logits,
  logistic: MASK_SCALES.mask,
};

/**
 * The graph with the masks in 16 bits that the file's attachment names; the same graph if it has none.
 *
 * @throws ModelFormatError if the attachment is not one of ours, or names an op that does not stand for a mask.
 */
export function restoreInt16Masks(graph: Graph, model: Model, buffers: ConstantBuffers): Graph {
  const operators = substitutedOperators(model, buffers);
  if (operators.length === 0) return graph;
  const restored = new Map<TensorId, Tensor>();
  for (const operator of operators) {
    const op = graph.ops.find(({ sourceIndex }) => sourceIndex === operator);
    if (op?.kind !== 'fullyConnected' && op?.kind !== 'logistic') throw contradiction(operator);
    const tensor = at(graph.tensors, op.output);
    if (JSON.stringify(tensor.quantization) !== JSON.stringify(MASK_STAND_INS[op.kind])) {
      throw contradiction(operator);
    }
    const quantization = { scales: [SCALES[op.kind]], zeroPoints: [0], axis: null };
    restored.set(op.output, { ...tensor, dtype: 'int16', quantization });
  }
  return { ...graph, tensors: graph.tensors.map((tensor, id) => restored.get(id as TensorId) ?? tensor) };
}

function substitutedOperators(model: Model, buffers: ConstantBuffers): number[] {
  const attachment = readAttachment(model, buffers, SUBSTITUTIONS_METADATA_NAME);
  if (attachment === null) return [];
  if (!Array.isArray(attachment.value)) throw unreadable();
  return attachment.value.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('operator' in entry)) throw unreadable();
    const { operator } = entry;
    if (typeof operator !== 'number') throw unreadable();
    return operator;
  });
}

function unreadable(): ModelFormatError {
  return new ModelFormatError(
    `attachment ${SUBSTITUTIONS_METADATA_NAME}: a JSON list of objects with an operator is expected; export the model again`,
  );
}

function contradiction(operator: number): ModelFormatError {
  return new ModelFormatError(
    `attachment ${SUBSTITUTIONS_METADATA_NAME}: op ${operator} does not stand for a mask in 16 bits; export the model again`,
  );
}
