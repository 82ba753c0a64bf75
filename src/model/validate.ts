import { at, ModelFormatError } from '../errors';
import { quoted } from '../errors/quoted';
import type { Graph } from './graph';
import { opTensors } from './op-tensors';
import type { OpRules } from './rules/op-rules';
import { analyzeShapesBy, elementCount, shapeSizes } from './shapes';
import { validateDataFlow } from './validation/data-flow';
import { validateTensor } from './validation/tensors';

/** `validateGraph` by the rules that the graph needs. */
export function validateGraphBy(rules: OpRules, graph: Graph): void {
  graph.tensors.forEach(validateTensor);
  validateDataFlow(graph);
  for (const op of graph.ops) rules.validateStructure(op, graph);
  validateStates(rules, graph);
}

/** States hold one row for each batch row that the file's own input sizes make of them. */
function validateStates(rules: OpRules, graph: Graph): void {
  const { tensors, batch, timesteps } = analyzeShapesBy(rules, graph);
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
