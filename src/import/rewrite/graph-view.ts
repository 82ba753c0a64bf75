import { at } from '../../errors';
import type { Graph, Op, TensorId } from '../../model';
import { opTensors } from '../../model';
import { shapeSizes } from '../../model/shapes';
import { analyzeShapes } from '../../model/shapes/analyze';

/** A graph with what a rewriter looks up all the time. */
export interface GraphView {
  readonly graph: Graph;
  /** Dimensions of every tensor at the sizes that the file states; those that it leaves out are worked out. */
  readonly shapes: readonly (readonly number[])[];
  /** The op that makes a tensor; none for inputs, constants and states. */
  readonly producers: ReadonlyMap<TensorId, Op>;
}

/** @throws ModelFormatError or UnsupportedModelError if the graph's shapes contradict each other. */
export function viewGraph(graph: Graph): GraphView {
  const { tensors, batch, timesteps } = analyzeShapes(graph);
  const sizes = { batch: batch.inFile, timesteps: timesteps.inFile };
  return {
    graph,
    shapes: graph.tensors.map((_, id) => shapeSizes(at(tensors, id), sizes)),
    producers: new Map(graph.ops.flatMap((op) => opTensors(op).outputs.map(({ id }) => [id, op] as const))),
  };
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
