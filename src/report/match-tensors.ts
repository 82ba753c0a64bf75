import { opTensors } from '../model';
import type { Graph, OpKind, TensorId } from '../model';
import type { Site } from '../quantize';
import { tensorSite } from '../quantize/sites';
import { meaningOf } from './integer-meaning';
import type { IntegerMeaning } from './signal';

/** An activation of the float graph with its counterpart in the integer graph. */
export interface TensorMatch {
  readonly site: Site;
  /** Its name in both. */
  readonly tensor: string;
  readonly op: { readonly name: string; readonly kind: OpKind } | null;
  readonly meaning: IntegerMeaning | null;
}

/** Activations that have the same name in both graphs and integers in the second, in the order of computation. */
export function matchTensors(float: Graph, integer: Graph): TensorMatch[] {
  const counterparts = new Map(integer.tensors.map((tensor) => [tensor.name, tensor]));
  const match = (id: TensorId, op: TensorMatch['op']): TensorMatch[] => {
    const site = tensorSite(float, id);
    const counterpart = counterparts.get(site.key);
    if (counterpart?.dtype !== 'int8' || counterpart.data !== null) return [];
    return [{ site, tensor: site.key, op, meaning: meaningOf(counterpart.quantization) }];
  };
  return [
    ...float.inputs.flatMap((id) => match(id, null)),
    ...float.ops.flatMap((op) =>
      opTensors(op).outputs.flatMap(({ id }) => match(id, { name: op.name, kind: op.kind })),
    ),
  ];
}
