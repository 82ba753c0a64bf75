import { at } from '../../errors';
import type { Graph } from '../graph';
import type { TensorId } from '../tensor';

/**
 * Masks in 16 bits, ours alone: a dense layer whose int16 outputs, Q3.12, go through an int16 logistic, Q0.15, and become
 * real numbers. int16 stands nowhere else outside LSTM layers, so no other op has to take it.
 */
export const MASK_SCALES = { logits: 2 ** -12, mask: 2 ** -15 } as const;

export function isInt16(graph: Graph, id: TensorId): boolean {
  return at(graph.tensors, id).dtype === 'int16';
}
