import { at, ModelFormatError } from '../errors';
import { quoted } from '../errors/quoted';
import type { Graph } from './graph';
import { opTensors } from './op-tensors';
import { analyzeShapes, elementCount, shapeSizes } from './shapes';
import { validateDataFlow } from './validation/data-flow';
import { validateOpStructure } from './validation/op-structure';
import { validateTensor } from './validation/tensors';

/**
 * Proves what everything after an importer takes for granted: tensors are well-formed, ids in range, ops in execution
 * order with one producer per value, weights and states of matching shapes. Number types are not judged: float graphs
 * pass (`requireIntegerGraph` is stricter).
 *
 * @throws ModelFormatError or UnsupportedModelError naming op, role and tensor, at the first thing that is wrong.
 */
export function validateGraph(graph: Graph): void {
  graph.tensors.forEach(validateTensor);
  validateDataFlow(graph);
  for (const op of graph.ops) validateOpStructure(op, graph);
  validateStates(graph);
}

/** States hold one row for each batch row that the file's own input sizes make of them. */
function validateStates(graph: Graph): void {
  const { tensors, batch, timesteps } = analyzeShapes(graph);
  const sizes = { batch: batch.inFile, timesteps: timesteps.inFile };
  for (const op of graph.ops) {
    for (const { id, role } of opTensors(op).states) {
      const { name, shape } = at(graph.tensors, id);
      const expected = shapeSizes(at(tensors, id), sizes);
      if (elementCount(shape) === elementCount(expected)) continue;
      throw new ModelFormatError(
        `${op.name}: its ${role} ${quoted(name)}: shape [${shape.join(', ')}] found, ` +
          `[${expected.join(', ')}] expected with this input; convert the model again`,
      );
    }
  }
}
