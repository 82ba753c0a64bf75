import { at } from '../errors';
import { opTensors } from '../model';
import type { Graph, Op, TensorId } from '../model';

/** Ops that read a tensor. */
export function readersOf(graph: Graph, tensor: TensorId): Op[] {
  return graph.ops.filter((op) => opTensors(op).inputs.some(({ id }) => id === tensor));
}

/** The op that makes a tensor; null for inputs and constants. */
export function makerOf(graph: Graph, tensor: TensorId): Op | null {
  return graph.ops.find((op) => opTensors(op).outputs.some(({ id }) => id === tensor)) ?? null;
}

/** Whether a tensor is a constant. */
export function isConstant(graph: Graph, id: TensorId): boolean {
  return at(graph.tensors, id).data !== null;
}
