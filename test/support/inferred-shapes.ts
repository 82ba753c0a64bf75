import type { Graph } from '../../src/model';
import { evaluateShapes } from '../../src/model/shapes';
import { analyzeShapes } from '../../src/model/shapes/analyze';

/** The graph with the shapes that its ops make, at the sizes of its own inputs, as a converter would state them. */
export function withInferredShapes(graph: Graph): Graph {
  const shapes = analyzeShapes(graph);
  const sizes = evaluateShapes(shapes, {
    batch: shapes.batch.inFile,
    timesteps: shapes.timesteps.inFile,
  });
  return { ...graph, tensors: graph.tensors.map((tensor, id) => ({ ...tensor, shape: sizes[id]! })) };
}
