import { at } from '../../errors';
import type { BinaryOp, FullyConnectedOp, Graph, LstmOp, Op, Tensor, TensorId } from '../../model';
import { floatConstant } from '../float/constants';
import { makerOf, readersOf } from '../graph-queries';
import { floatOps } from '../partition';
import type { ChannelHistograms } from '../statistics/channel-histograms';
import { withConstant } from './own-constants';

/** One scale per channel of what flows into an LSTM. */
export interface FoldedInput {
  /** What now flows into the layers: the values divided by the divisors. */
  readonly tensor: TensorId;
  /** What flowed into them. */
  readonly source: TensorId;
  /** Names of the layers whose input matrices were multiplied with the divisors. */
  readonly layers: readonly string[];
  readonly divisors: readonly number[];
  /** Name of the op that divides, where there was nothing to fold the divisors into; it stays in float. */
  readonly dividedBy: string | null;
}

/** A layer that reads the input through matrices. */
type Reader = LstmOp | FullyConnectedOp;

/**
 * Gives each channel of an LSTM's input a scale of its own, as far as integer kernels allow: `x'_j = x_j / s_j` and
 * `W'_ij = W_ij s_j`, so that `W' x' = W x`. With `s_j` near the channel's reach all channels use the int8 grid alike, while the
 * weights take over the differences. The division goes into the constants of what makes the input (a sum or product with
 * constants, as at the end of a layer norm, or a dense layer) or, where the input is still real, becomes a product of its own
 * before QUANTIZE. An input that integers make is left alone.
 *
 * Migrating scale between activations and weights: Xiao et al. 2022, SmoothQuant (arXiv 2211.10438).
 *
 * @param graph in which no two uses share a constant.
 * @param exponent `s_j = (max_j / max of all)^exponent`; `auto` is 0.75 where values are never negative, as raw magnitudes
 *   are, and 0.5 otherwise.
 * @param keepFloat names of ops that stay in float.
 */
export function foldInputScales(
  graph: Graph,
  channels: ReadonlyMap<TensorId, ChannelHistograms>,
  exponent: number | 'auto',
  keepFloat: readonly string[],
): { readonly graph: Graph; readonly folded: readonly FoldedInput[] } {
  const folded: FoldedInput[] = [];
  let result = graph;
  for (const [source, histograms] of channels) {
    const divisors = channelDivisors(histograms, exponent);
    if (divisors === null) continue;
    const next = foldInput(result, source, divisors, keepFloat);
    if (next === null) continue;
    result = next.graph;
    folded.push(next.folded);
  }
  return { graph: result, folded };
}

/** A channel that never left zero takes the smallest divisor of the others; null if all channels reach equally far. */
function channelDivisors(histograms: ChannelHistograms, exponent: number | 'auto'): number[] | null {
  const ranges = Array.from({ length: histograms.channels }, (_, channel) => histograms.range(channel));
  const reaches = ranges.map(({ min, max }) => Math.max(-min, max));
  const largest = Math.max(...reaches);
  const smallest = Math.min(...reaches.filter((reach) => reach > 0));
  if (largest === 0 || smallest === largest) return null;
  const power = exponent === 'auto' ? (ranges.every(({ min }) => min >= 0) ? 0.75 : 0.5) : exponent;
  return reaches.map((reach) => Math.fround(((reach || smallest) / largest) ** power));
}

function foldInput(
  graph: Graph,
  source: TensorId,
  divisors: readonly number[],
  keepFloat: readonly string[],
): { graph: Graph; folded: FoldedInput } | null {
  const readers = readersOf(graph, source).filter(isReader);
  if (readers.length !== readersOf(graph, source).length || graph.outputs.includes(source)) return null;
  if (readers.some((op) => op.kind === 'fullyConnected' && depthOf(graph, op) !== divisors.length))
    return null;
  const float = floatOps(graph, keepFloat);
  const maker = makerOf(graph, source);
  const divided = maker === null ? null : divideMaker(graph, maker, divisors, float);
  const layers = readers.map(({ name }) => name);
  if (divided !== null) {
    const folded = { tensor: source, source, layers, divisors, dividedBy: null };
    return { graph: multiplyWeights(divided, readers, divisors), folded };
  }
  // An int8 value is rounded already.
  if (maker !== null && !float.has(maker)) return null;
  const inserted = insertDivision(graph, source, readers, divisors);
  const folded = { tensor: inserted.tensor, source, layers, divisors, dividedBy: inserted.name };
  return { graph: multiplyWeights(inserted.graph, readers, divisors), folded };
}

function isReader(op: Op): op is Reader {
  return op.kind === 'lstm' || op.kind === 'fullyConnected';
}

function depthOf(graph: Graph, op: FullyConnectedOp): number {
  return at(at(graph.tensors, op.weights).shape, 1);
}

/** The graph with the divisors in the constants of the op that makes a value; null if it has none for them. */
function divideMaker(
  graph: Graph,
  op: Op,
  divisors: readonly number[],
  float: ReadonlySet<Op>,
): Graph | null {
  switch (op.kind) {
    case 'binary':
      return divideBinary(graph, op, divisors, float);
    case 'fullyConnected':
      return divideDense(graph, op, divisors);
    default:
      return null;
  }
}

/** `(W x + b) / s`: rows of the matrix and elements of the bias. */
function divideDense(graph: Graph, op: FullyConnectedOp, divisors: readonly number[]): Graph | null {
  if (!isScaleFree(op.activation)) return null;
  const depth = depthOf(graph, op);
  const weights = floatConstant(graph, op.weights).map(
    (value, index) => value / at(divisors, Math.floor(index / depth)),
  );
  const divided = withConstant(graph, op.weights, weights);
  return op.bias === null ? divided : withConstant(divided, op.bias, dividedVector(graph, op.bias, divisors));
}

/**
 * A product with a constant: the constant. A sum with a constant: the constant and what makes the other side, which is
 * possible only where nothing else reads that, and no integer stands between.
 */
function divideBinary(
  graph: Graph,
  op: BinaryOp,
  divisors: readonly number[],
  float: ReadonlySet<Op>,
): Graph | null {
  const isConstant = (id: TensorId): boolean => at(graph.tensors, id).data !== null;
  const constant = isConstant(op.right) ? op.right : isConstant(op.left) ? op.left : null;
  if (constant === null || !isScaleFree(op.activation)) return null;
  const fits = [1, divisors.length].includes(at(graph.tensors, constant).shape.at(-1) ?? 1);
  if (!fits) return null;
  const divide = (target: Graph): Graph => divideConstant(target, constant, divisors);
  if (op.operation === 'multiply') return divide(graph);
  if (op.operation === 'divide' && constant === op.right) {
    return divideConstant(
      graph,
      constant,
      divisors.map((divisor) => 1 / divisor),
    );
  }
  if (op.operation !== 'add' && op.operation !== 'subtract') return null;
  const other = constant === op.right ? op.left : op.right;
  const maker = makerOf(graph, other);
  const isPrivate = readersOf(graph, other).length === 1 && !graph.outputs.includes(other);
  if (maker === null || !isPrivate || !float.has(maker)) return null;
  const before = divideMaker(graph, maker, divisors, float);
  return before === null ? null : divide(before);
}

/** Whether `f(x / s) = f(x) / s` for positive s. */
function isScaleFree(activation: BinaryOp['activation']): boolean {
  return activation === 'none' || activation === 'relu';
}

function dividedVector(graph: Graph, id: TensorId, divisors: readonly number[]): Float32Array {
  return floatConstant(graph, id).map((value, index) => value / at(divisors, index % divisors.length));
}

/** A constant over the channels; one value for all of them becomes one for each. */
function divideConstant(graph: Graph, id: TensorId, divisors: readonly number[]): Graph {
  const tensor = at(graph.tensors, id);
  if ((tensor.shape.at(-1) ?? 1) === divisors.length) {
    return withConstant(graph, id, dividedVector(graph, id, divisors));
  }
  const shape = [...tensor.shape.slice(0, -1), divisors.length];
  const values = floatConstant(graph, id);
  const data = Float32Array.from({ length: values.length * divisors.length }, (_, index) => {
    const value = at(values, Math.floor(index / divisors.length));
    return value / at(divisors, index % divisors.length);
  });
  const spread: Tensor = { ...tensor, shape, dtype: 'float32', quantization: null, data };
  return { ...graph, tensors: graph.tensors.with(id, spread) };
}

/** Puts a product with the divisors' inverses before the layers. */
function insertDivision(
  graph: Graph,
  source: TensorId,
  readers: readonly Reader[],
  divisors: readonly number[],
): { graph: Graph; tensor: TensorId; name: string } {
  const original = at(graph.tensors, source);
  const inverses: Tensor = {
    name: `${original.name}_channel_scales`,
    shape: [divisors.length],
    ...{ dtype: 'float32', quantization: null, isVariable: false },
    data: Float32Array.from(divisors, (divisor) => 1 / divisor),
  };
  const divided: Tensor = { ...original, name: `${original.name}_divided` };
  const tensors = [...graph.tensors, inverses, divided];
  const right = graph.tensors.length as TensorId;
  const output = (graph.tensors.length + 1) as TensorId;
  const first = graph.ops.findIndex((op) => readers.some((reader) => reader === op));
  const name = `${at(readers, 0).name}_input_scaling`;
  const division: BinaryOp = {
    kind: 'binary',
    operation: 'multiply',
    name,
    sourceIndex: at(graph.ops, first).sourceIndex,
    left: source,
    right,
    output,
    activation: 'none',
  };
  const ops = graph.ops.map((op) =>
    readers.some((reader) => reader === op) ? ({ ...op, input: output } as Reader) : op,
  );
  return { graph: { ...graph, tensors, ops: ops.toSpliced(first, 0, division) }, tensor: output, name };
}

/** Multiplies the columns of the layers' input matrices with the divisors. */
function multiplyWeights(graph: Graph, readers: readonly Reader[], divisors: readonly number[]): Graph {
  const matrices = readers.flatMap((op) =>
    op.kind === 'fullyConnected'
      ? [op.weights]
      : op.directions.flatMap(({ gates }) =>
          Object.values(gates).flatMap((gate) => (gate === null ? [] : [gate.inputWeights])),
        ),
  );
  return matrices.reduce((result, id) => {
    const values = floatConstant(result, id);
    const data = values.map((value, index) => value * at(divisors, index % divisors.length));
    return withConstant(result, id, data);
  }, graph);
}
