import { at, QuantizationError } from '../errors';
import type { FullyConnectedOp, Graph, Op, Quantization, TensorId } from '../model';
import { requireAccumulatorFits } from './bounds';
import { floatConstant } from './float/constants';
import { largestMagnitude, quantizeToInt32, quantizeToInt8 } from './integer-constants';
import type { CalibrationRanges } from './range';
import { NEIGHBOUR_RECIPE } from './recipe';
import type { NeighbourKind, NeighbourRole } from './recipe';
import { nonzeroMagnitude, perTensor, rangeAt, resolveTensor } from './resolve';
import type { RecipeContext } from './resolve';
import { productScale, symmetric } from './scale';
import type { Affine } from './scale';
import { tensorSite } from './sites';
import type { TensorTable } from './tensor-table';

export type NeighbourOp = Extract<Op, { kind: NeighbourKind }>;

/** Whether the recipe covers an op besides the LSTM. */
export function isNeighbour(op: Op): op is NeighbourOp {
  return op.kind in NEIGHBOUR_RECIPE;
}

/**
 * The integer form of an op of one input and one output by {@link NEIGHBOUR_RECIPE}.
 *
 * @param perChannelDense one weight scale per output of a dense layer, instead of one per layer.
 * @throws QuantizationError naming the op or tensor that the recipe cannot be applied to.
 */
export function quantizeNeighbour(
  op: NeighbourOp,
  graph: Graph,
  ranges: CalibrationRanges,
  table: TensorTable,
  perChannelDense: boolean,
): NeighbourOp {
  const context = contextOf(op, graph, ranges, table);
  const input = table.get(op.input);
  const resolved = resolveTensor('output', context);
  const output = table.define(op.output, resolved);
  if (op.kind !== 'fullyConnected') return { ...op, input, output };
  const constants = quantizeDense(op, graph, context, table, {
    output: resolved,
    perChannel: perChannelDense,
  });
  return { ...op, input, output, ...constants };
}

function contextOf(
  op: NeighbourOp,
  graph: Graph,
  ranges: CalibrationRanges,
  table: TensorTable,
): RecipeContext<NeighbourRole> {
  const rows = NEIGHBOUR_RECIPE[op.kind];
  return {
    subject: op.name,
    rule: (role) => rows.find((row) => row.role === role) ?? null,
    produced: (role) => (role === 'input' ? table.affineOf(op.input) : null),
    range: () => {
      const { group, key } = tensorSite(graph, op.output);
      return { subject: key, range: rangeAt(ranges[group], key) };
    },
    magnitude: () => {
      if (op.kind !== 'fullyConnected') throw new QuantizationError(op.name, 'has no weights');
      const { name } = at(graph.tensors, op.weights);
      return { subject: name, magnitude: nonzeroMagnitude(name, floatConstant(graph, op.weights)) };
    },
  };
}

function quantizeDense(
  op: FullyConnectedOp,
  graph: Graph,
  context: RecipeContext<NeighbourRole>,
  table: TensorTable,
  { output, perChannel }: { output: Affine; perChannel: boolean },
): { weights: TensorId; bias: TensorId | null } {
  const { name, shape } = at(graph.tensors, op.weights);
  const values = floatConstant(graph, op.weights);
  const input = table.affineOf(op.input);
  const resolved = resolveTensor('weights', context);
  const { weights, quantization } = perChannel
    ? perChannelWeights(name, values, at(shape, 0))
    : { weights: quantizeToInt8(values, largestMagnitude(values)), quantization: perTensor(resolved) };
  const biasScales = quantization.scales.map((scale) => productScale([input.scale, scale], 0).scale);
  const bias =
    op.bias === null
      ? null
      : quantizeToInt32(at(graph.tensors, op.bias).name, floatConstant(graph, op.bias), biasScales);
  requireAccumulatorFits({
    subject: name,
    weights,
    rows: at(shape, 0),
    bias,
    zeroPointFactor: -input.zeroPoint,
    effectiveScales: biasScales.map((scale) => scale / output.scale),
  });
  return {
    weights: table.constant(op.weights, resolved.dtype, quantization, weights),
    bias:
      op.bias === null || bias === null
        ? null
        : table.constant(
            op.bias,
            resolveTensor('bias', context).dtype,
            { scales: biasScales, zeroPoints: biasScales.map(() => 0), axis: perChannel ? 0 : null },
            bias,
          ),
  };
}

/** One scale per row; a row of zeros, which has none of its own, takes the whole tensor's. */
function perChannelWeights(
  name: string,
  values: Float32Array,
  rows: number,
): { weights: Int8Array; quantization: Quantization } {
  const whole = nonzeroMagnitude(name, values);
  const depth = values.length / rows;
  const weights = new Int8Array(values.length);
  const scales: number[] = [];
  for (let row = 0; row < rows; row++) {
    const part = values.subarray(row * depth, (row + 1) * depth);
    const magnitude = largestMagnitude(part) || whole;
    weights.set(quantizeToInt8(part, magnitude), row * depth);
    scales.push(symmetric(name, magnitude, 127).scale);
  }
  return { weights, quantization: { scales, zeroPoints: scales.map(() => 0), axis: 0 } };
}
