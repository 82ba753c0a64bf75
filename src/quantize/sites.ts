import { at } from '../errors';
import type { GateName, Graph, LstmDirection, LstmOp, TensorId } from '../model';

/** A value that has a range: an activation tensor, or a value inside an LSTM. */
export interface RangeSite {
  /** Which part of `CalibrationRanges` it belongs to. */
  readonly group: 'tensors' | 'internals';
  /** Unique in its group; see `CalibrationRanges`. */
  readonly key: string;
}

/** Vectors that have no range of their own: what a joint matrix is multiplied with, or a part of a sum. */
export interface VectorSite {
  /** Apart from values that have ranges. */
  readonly group: 'vectors';
  /** Unique in its group. */
  readonly key: string;
}

/** What a float run shows to its observer. */
export type Site = RangeSite | VectorSite;

/** The whole of an activation tensor, or, for a cell state, one timestep of it. */
export function tensorSite(graph: Graph, id: TensorId): RangeSite {
  const { name } = at(graph.tensors, id);
  const isUnique = graph.tensors.every((other, index) => index === id || other.name !== name);
  return { group: 'tensors', key: isUnique ? name : `${name}#${id}` };
}

/** The hidden value before projection (`o * tanh(c)`), per timestep: TFLite's intermediate 4. */
export function hiddenSite(op: LstmOp, direction: LstmDirection): RangeSite {
  return { group: 'internals', key: `${op.name}/${direction.direction}/hidden` };
}

/** A gate's summed products before layer norm and activation, per timestep: TFLite's intermediates 0 to 3. */
export function preActivationSite(op: LstmOp, direction: LstmDirection, gate: GateName): RangeSite {
  return { group: 'internals', key: `${op.name}/${direction.direction}/${gate} gate pre-activation` };
}

/** A gate's share of its input, `W x + b`, before the recurrent share is added, per timestep; with layer norm without b. */
export function inputShareSite(op: LstmOp, direction: LstmDirection, gate: GateName): VectorSite {
  return { group: 'vectors', key: `${op.name}/${direction.direction}/${gate} gate input share` };
}

/** What the gates' joint matrix [W R] is multiplied with, per timestep: input, then previous output, `[batch, both]`. */
export function gateInputSite(op: LstmOp, direction: LstmDirection): VectorSite {
  return { group: 'vectors', key: `${op.name}/${direction.direction}/gate input` };
}
