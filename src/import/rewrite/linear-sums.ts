import { at } from '../../errors';
import type { FullyConnectedOp, Op, TensorId } from '../../model';
import { rangeSteps, splitParts } from '../../model/move-geometry';
import type { GraphView } from './graph-view';
import { sameShape } from './graph-view';

/** `input * weights[row.., firstColumn..]^T`: a block of a dense layer's matrix times one of its inputs. */
export interface LinearTerm {
  readonly input: TensorId;
  readonly weights: TensorId;
  readonly firstRow: number;
  readonly firstColumn: number;
  readonly columns: number;
}

/** Elements `first..` of a constant vector. */
export interface BiasTerm {
  readonly bias: TensorId;
  readonly first: number;
}

/** A tensor `[batch, width]` as a sum of matrix products and biases. */
export interface LinearSum {
  readonly terms: readonly LinearTerm[];
  readonly biases: readonly BiasTerm[];
}

/** An LSTM gate has two products; a sum of more than this is none, and is not followed further. */
const MOST_TERMS = 8;

/** Every tensor of the graph that is a {@link LinearSum}, through dense layers, sums, splits and slices of columns. */
export function findLinearSums(view: GraphView): ReadonlyMap<TensorId, LinearSum> {
  const sums = new Map<TensorId, LinearSum>();
  const define = (id: TensorId, sum: LinearSum | null): void => {
    if (sum !== null && sum.terms.length + sum.biases.length <= MOST_TERMS) sums.set(id, sum);
  };
  for (const op of view.graph.ops) {
    switch (op.kind) {
      case 'fullyConnected':
        define(op.output, denseSum(op, view));
        break;
      case 'binary':
        if (op.operation === 'add' && op.activation === 'none') {
          define(op.output, addedSum(op.left, op.right, op.output, sums, view));
        }
        break;
      case 'split': {
        const sum = op.axis === 1 ? sums.get(op.input) : undefined;
        if (sum === undefined) break;
        let first = 0;
        for (const [index, part] of splitParts(op, at(at(view.shapes, op.input), 1)).entries()) {
          define(at(op.outputs, index), columnsFrom(sum, first));
          first += part;
        }
        break;
      }
      case 'slice':
        define(op.output, slicedSum(op, sums, view));
        break;
      default:
    }
  }
  return sums;
}

function denseSum(op: FullyConnectedOp, { graph, shapes, producers }: GraphView): LinearSum | null {
  const inputShape = at(shapes, op.input);
  const { data, quantization } = at(graph.tensors, op.weights);
  const isMatrix = data instanceof Float32Array || (data instanceof Int8Array && quantization !== null);
  if (op.activation !== 'none' || inputShape.length !== 2 || !isMatrix) return null;
  if (op.bias !== null && !(at(graph.tensors, op.bias).data instanceof Float32Array)) return null;
  const producer = producers.get(op.input);
  const inputs = producer?.kind === 'concatenation' && producer.axis === 1 ? producer.inputs : [op.input];
  let firstColumn = 0;
  const terms = inputs.map((input): LinearTerm => {
    const columns = at(at(shapes, input), 1);
    const term = { input, weights: op.weights, firstRow: 0, firstColumn, columns };
    firstColumn += columns;
    return term;
  });
  return { terms, biases: op.bias === null ? [] : [{ bias: op.bias, first: 0 }] };
}

function addedSum(
  left: TensorId,
  right: TensorId,
  output: TensorId,
  sums: ReadonlyMap<TensorId, LinearSum>,
  view: GraphView,
): LinearSum | null {
  const [a, b] = [left, right].map((id) => addend(id, at(view.shapes, output), sums, view));
  if (a === undefined || a === null || b === undefined || b === null) return null;
  return { terms: [...a.terms, ...b.terms], biases: [...a.biases, ...b.biases] };
}

/** One side of a sum: another sum of the same dimensions, or a constant that is added to every row. */
function addend(
  id: TensorId,
  shape: readonly number[],
  sums: ReadonlyMap<TensorId, LinearSum>,
  { graph, shapes }: GraphView,
): LinearSum | null {
  const found = at(shapes, id);
  const { data } = at(graph.tensors, id);
  if (data === null) return sameShape(found, shape) ? (sums.get(id) ?? null) : null;
  if (!(data instanceof Float32Array)) return null;
  const isRow = found.at(-1) === shape.at(-1) && found.slice(0, -1).every((size) => size === 1);
  return isRow ? { terms: [], biases: [{ bias: id, first: 0 }] } : null;
}

function slicedSum(
  op: Extract<Op, { kind: 'slice' }>,
  sums: ReadonlyMap<TensorId, LinearSum>,
  { shapes }: GraphView,
): LinearSum | null {
  const sum = sums.get(op.input);
  const [rows, columns] = op.dimensions;
  if (
    sum === undefined ||
    rows?.kind !== 'range' ||
    columns?.kind !== 'range' ||
    op.dimensions.length !== 2
  ) {
    return null;
  }
  const [rowCount = 0, columnCount = 0] = at(shapes, op.input);
  const kept = rangeSteps(rows, rowCount);
  const isWholeRows = kept.first === 0 && kept.count === rowCount && rows.stride === 1;
  if (!isWholeRows || columns.stride !== 1) return null;
  return columnsFrom(sum, rangeSteps(columns, columnCount).first);
}

/** The columns of a sum from the `first` on; how many is the business of the tensor that holds them. */
function columnsFrom({ terms, biases }: LinearSum, first: number): LinearSum {
  return {
    terms: terms.map((term) => ({ ...term, firstRow: term.firstRow + first })),
    biases: biases.map((bias) => ({ ...bias, first: bias.first + first })),
  };
}
