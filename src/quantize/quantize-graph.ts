import { at, QuantizationError } from '../errors';
import type { Graph, Op, TensorId } from '../model';
import { makerOf, readersOf } from './graph-queries';
import { IntegerGraphBuilder } from './integer-graph-builder';
import { keepFloat as keepFloatOp } from './keep-float';
import { floatOps } from './partition';
import { int16Masks } from './options/int16-masks';
import type { Int16Masks } from './options/int16-masks';
import { quantizeLstm } from './quantize-lstm';
import { isNeighbour, quantizeNeighbour } from './quantize-neighbours';
import { rangeAt } from './resolve';
import type { CalibrationRanges } from './range';
import { INPUT_RULE } from './recipe';
import { asymmetricInt8 } from './scale';
import type { QuantizationScope } from './scope';
import { tensorSite } from './sites';

/** What may differ from the plain recipe once ranges are known. */
export interface QuantizeGraphOptions {
  /** Give each output of a dense layer its own weight scale, as convolutions have. */
  readonly perChannelDense?: boolean;
  /** Dense layers with a logistic function behind them make 16-bit masks, where these end in real numbers. */
  readonly int16Masks?: boolean;
  /** Names of ops that stay in float32; LSTM layers cannot. */
  readonly keepFloat?: readonly string[];
  /** int8 weights that were rounded beforehand, at the scales that the recipe gives them, by tensor. */
  readonly rounded?: ReadonlyMap<TensorId, Int8Array>;
}

/**
 * The integer form of a float graph: int8 activations and matrices, int16 cell states and coefficients, int32 biases,
 * by the recipe in `recipe.ts` and `neighbour-recipe.ts`. Ops without an integer form stay in float32, with QUANTIZE and
 * DEQUANTIZE at the borders. Inputs and outputs become int8, except where a float op reads or makes them.
 *
 * @param graph float32 constants without quantization; hybrid int8 weights are taken at their real values.
 * @param ranges of this graph, from `calibrate`.
 * @throws QuantizationError naming the tensor if a range is missing or unusable, a weight tensor is all zero or not
 *   finite, a cell state needs a scale above 2^-9, or an accumulator could overflow; naming the op that cannot be kept.
 */
export function quantizeGraph(
  graph: Graph,
  ranges: CalibrationRanges,
  options: QuantizeGraphOptions = {},
): Graph {
  const { perChannelDense = false, keepFloat = [], rounded = new Map<TensorId, Int8Array>() } = options;
  const kept = floatOps(graph, keepFloat);
  const masks = options.int16Masks === true ? int16Masks(graph, kept) : NO_MASKS;
  const float = new Set([...kept, ...masks.moves]);
  const built = new IntegerGraphBuilder(graph, ranges);
  const scope = { graph, ranges, built, perChannelDense, rounded, int16: masks.ops };
  const inputs = graph.inputs.map((id) => addInput(id, scope, float));
  for (const op of graph.ops) {
    if (float.has(op)) keepFloatOp(op, scope);
    else if (op.kind === 'lstm') built.addOp(quantizeLstm(op, scope));
    else if (isNeighbour(op)) quantizeNeighbour(op, scope);
    else
      throw new QuantizationError(
        op.name,
        `the recipe does not cover ${op.kind}; remove it, or do it outside`,
      );
  }
  const isInt16 = (id: TensorId): boolean => {
    const maker = makerOf(graph, id);
    return maker !== null && masks.ops.has(maker);
  };
  return built.build(
    inputs,
    graph.outputs.map((id) => (isInt16(id) ? built.float(id) : built.asMade(id))),
  );
}

const NO_MASKS: Int16Masks = { ops: new Set<Op>(), moves: new Set<Op>() };

/** An input is int8, unless it holds positions, or a float op reads it. */
function addInput(
  id: TensorId,
  { graph, ranges, built }: QuantizationScope,
  float: ReadonlySet<Op>,
): TensorId {
  const { dtype, name } = at(graph.tensors, id);
  const readers = readersOf(graph, id);
  const isPositions = readers.length > 0 && readers.every((op) => op.kind === 'gather' && op.indices === id);
  if (isPositions && dtype === 'int32') return built.defineUnchanged(id);
  if (dtype !== 'float32') {
    throw new QuantizationError(name, `the input is ${dtype}; expected the float32 input of a float model`);
  }
  if (readers.some((op) => float.has(op))) return built.defineUnchanged(id);
  const { group, key } = tensorSite(graph, id);
  return built.define(id, { dtype: INPUT_RULE.dtype, ...asymmetricInt8(key, rangeAt(ranges[group], key)) });
}
