import { at, QuantizationError } from '../../errors';
import type { Graph, TensorId } from '../../model';
import { channelAxis, roundedToNearest, weightMagnitudes } from '../quantize-layer';
import { floatConstant } from '../float/constants';
import type { JointMatrix, MatrixProduct } from '../products';
import type { WeightRounding } from '../recipe-options';
import { symmetric } from '../scale';
import type { Statistics } from '../statistics/statistics';
import { siteId } from '../statistics/statistics';
import { roundByInputs } from './gptq';

/** Weights of one matrix as integers, and what these mean. */
export interface RoundedMatrix {
  readonly weights: Int8Array;
  /** Step of each row's weights. */
  readonly scaleOf: (row: number) => number;
}

/**
 * The integers of all matrices of a product.
 *
 * @throws QuantizationError naming a matrix that is all zero or not finite.
 */
export function roundProduct(
  graph: Graph,
  product: MatrixProduct,
  statistics: Statistics,
  rounding: WeightRounding,
  perChannelDense: boolean,
): ReadonlyMap<TensorId, RoundedMatrix> {
  const axis = product.op.kind === 'fullyConnected' ? channelAxis(product.op, perChannelDense) : null;
  const result = new Map<TensorId, RoundedMatrix>();
  for (const joint of product.matrices) {
    const parts = joint.parts.map((id) => nearestMatrix(graph, id, axis));
    if (rounding.kind === 'nearest') {
      for (const part of parts) result.set(part.id, part);
      continue;
    }
    const products = statistics.moments.get(siteId(product.site))?.products ?? null;
    if (products === null) throw new QuantizationError(product.name, 'calibration did not see its inputs');
    const weights = roundByInputs(jointProblem(joint, parts, product.depth, products), rounding.damping);
    for (const part of parts)
      result.set(part.id, { ...part, weights: columnsOf(weights, product.depth, part) });
  }
  return result;
}

interface NearestMatrix extends RoundedMatrix {
  readonly id: TensorId;
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** Column of the joint matrix that its first one is. */
  begin: number;
}

function nearestMatrix(graph: Graph, id: TensorId, axis: 0 | 3 | null): NearestMatrix {
  const { name, shape } = at(graph.tensors, id);
  const values = floatConstant(graph, id);
  const magnitudes = weightMagnitudes(name, values, shape, axis);
  const scales = magnitudes.map((magnitude) => symmetric(name, magnitude, 127).scale);
  return {
    id,
    values,
    rows: at(shape, 0),
    columns: at(shape, 1),
    begin: 0,
    weights: roundedToNearest(values, shape, magnitudes, axis),
    scaleOf: (row) => at(scales, axis === null ? 0 : row),
  };
}

/** The matrices side by side. */
function jointProblem(
  joint: JointMatrix,
  parts: readonly NearestMatrix[],
  depth: number,
  products: Float64Array,
): Parameters<typeof roundByInputs>[0] {
  const { rows } = at(parts, 0);
  const weights = new Float32Array(rows * depth);
  const nearest = new Int8Array(rows * depth);
  const partOf: NearestMatrix[] = [];
  let begin = 0;
  for (const part of parts) {
    part.begin = begin;
    for (let row = 0; row < rows; row++) {
      const [from, to] = [row * part.columns, (row + 1) * part.columns];
      weights.set(part.values.subarray(from, to), row * depth + begin);
      nearest.set(part.weights.subarray(from, to), row * depth + begin);
    }
    for (let column = 0; column < part.columns; column++) partOf.push(part);
    begin += part.columns;
  }
  return {
    weights,
    rows,
    depth,
    nearest,
    products,
    scaleOf: (row, column) => at(partOf, column).scaleOf(row),
  };
}

function columnsOf(joint: Int8Array, depth: number, { rows, columns, begin }: NearestMatrix): Int8Array {
  const weights = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = row * depth + begin;
    weights.set(joint.subarray(from, from + columns), row * columns);
  }
  return weights;
}
