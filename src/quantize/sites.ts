import { at } from '../errors';
import type { GateName, Graph, LstmDirection, LstmOp, TensorId } from '../model';

/** A value that a float run shows to its observer: an activation tensor, or a value inside an LSTM. */
export interface Site {
  readonly group: 'tensors' | 'internals';
  /** Unique in its group; see `CalibrationRanges`. */
  readonly key: string;
}

/** The whole of an activation tensor, or, for a cell state, one timestep of it. */
export function tensorSite(graph: Graph, id: TensorId): Site {
  const { name } = at(graph.tensors, id);
  const isUnique = graph.tensors.every((other, index) => index === id || other.name !== name);
  return { group: 'tensors', key: isUnique ? name : `${name}#${id}` };
}

/** The hidden value before projection (`o * tanh(c)`), per timestep: TFLite's intermediate 4. */
export function hiddenSite(op: LstmOp, direction: LstmDirection): Site {
  return { group: 'internals', key: `${op.name}/${direction.direction}/hidden` };
}

/** A gate's summed products before layer norm and activation, per timestep: TFLite's intermediates 0 to 3. */
export function preActivationSite(op: LstmOp, direction: LstmDirection, gate: GateName): Site {
  return { group: 'internals', key: `${op.name}/${direction.direction}/${gate} gate pre-activation` };
}
