import { at, QuantizationError } from '../errors';
import type { Graph, Op } from '../model';
import { quantizeLstm } from './quantize-lstm';
import { isNeighbour, quantizeNeighbour } from './quantize-neighbours';
import { magnitudeOf } from './range';
import type { CalibrationRanges } from './range';
import type { RecipeOptions } from './recipe-options';
import { INPUT_RULE } from './recipe';
import { rangeAt, resolveTensor } from './resolve';
import { tensorSite } from './sites';
import { TensorTable } from './tensor-table';

/**
 * The integer form of a float graph: int8 activations and matrices, int16 cell states and coefficients, int32 biases,
 * by the recipe in `recipe.ts`. Inputs and outputs become int8.
 *
 * @param graph float32 constants without quantization; hybrid int8 weights are taken at their real values.
 * @param ranges of this graph, from `calibrate`.
 * @throws QuantizationError naming the tensor if a range is missing or unusable, a weight tensor is all zero or not
 *   finite, a cell state needs a scale above 2^-9, or an accumulator could overflow.
 */
export function quantizeGraph(
  graph: Graph,
  ranges: CalibrationRanges,
  options: Partial<RecipeOptions> = {},
): Graph {
  const { perChannelDense = false } = options;
  const table = new TensorTable(graph);
  const inputs = graph.inputs.map((id) => {
    const { dtype, name } = at(graph.tensors, id);
    if (dtype !== 'float32') {
      throw new QuantizationError(name, `the input is ${dtype}; expected the float32 input of a float model`);
    }
    const { group, key } = tensorSite(graph, id);
    const calibrated = { subject: key, range: rangeAt(ranges[group], key) };
    const resolved = resolveTensor('input', {
      subject: name,
      rule: () => INPUT_RULE,
      produced: () => null,
      range: () => calibrated,
      magnitude: () => ({ subject: key, magnitude: magnitudeOf(calibrated.range) }),
    });
    return table.define(id, resolved);
  });
  const ops = graph.ops.map((op): Op => {
    if (op.kind === 'lstm') return quantizeLstm(op, graph, ranges, table);
    if (isNeighbour(op)) return quantizeNeighbour(op, graph, ranges, table, perChannelDense);
    throw new QuantizationError(op.name, `the recipe does not cover ${op.kind}; remove it, or do it outside`);
  });
  const outputs = graph.outputs.map((id) => table.get(id));
  return { name: graph.name, tensors: table.tensors, ops, inputs, outputs };
}
