import { at, QuantizationError } from '../../errors';
import type { Graph, TensorId } from '../../model';
import { floatConstant } from '../float/constants';
import type { JointMatrix, MatrixProduct } from '../products';
import type { Moments } from '../statistics/moments';
import type { Statistics } from '../statistics/statistics';
import { siteId } from '../statistics/statistics';
import { withConstant } from './own-constants';
import type { RoundedMatrix } from './round-products';

/**
 * Takes out of each sum what rounding its weights adds on average: `b' = b - (W_q - W) E[x]`, where E[x] is the mean of the
 * inputs that calibration saw. Nagel et al. 2019 (arXiv 1906.04721), section 4.2, with measured means.
 *
 * With layer norm the bias comes after the normalisation, which takes out the mean over the units and divides by the
 * deviation: `b' = b - L (e - mean of e) E[1 / deviation]`, e as above.
 *
 * @param graph in which each of these sums has a bias of its own.
 */
export function correctBiases(
  graph: Graph,
  product: MatrixProduct,
  rounded: ReadonlyMap<TensorId, RoundedMatrix>,
  statistics: Statistics,
): Graph {
  const moments = statistics.moments.get(siteId(product.site));
  if (moments === undefined) throw new QuantizationError(product.name, 'calibration did not see its inputs');
  return product.matrices.reduce((result, joint) => {
    if (joint.bias === null) return result;
    const shifts = normalizedShifts(result, joint, meanErrors(result, joint, rounded, moments), statistics);
    const bias = floatConstant(result, joint.bias).map((value, row) => value - at(shifts, row));
    return withConstant(result, joint.bias, bias);
  }, graph);
}

/** What rounding adds to each row's sum, on average. */
function meanErrors(
  graph: Graph,
  joint: JointMatrix,
  rounded: ReadonlyMap<TensorId, RoundedMatrix>,
  { mean }: Moments,
): Float64Array {
  const rows = at(at(graph.tensors, at(joint.parts, 0)).shape, 0);
  const errors = new Float64Array(rows);
  let begin = 0;
  for (const id of joint.parts) {
    const values = floatConstant(graph, id);
    const columns = values.length / rows;
    const matrix = rounded.get(id);
    if (matrix === undefined) throw new QuantizationError(at(graph.tensors, id).name, 'was not rounded');
    for (let row = 0; row < rows; row++) {
      const scale = matrix.scaleOf(row);
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const index = row * columns + j;
        sum += (at(matrix.weights, index) * scale - at(values, index)) * at(mean, begin + j);
      }
      errors[row] = at(errors, row) + sum;
    }
    begin += columns;
  }
  return errors;
}

/** The errors as they arrive at the bias. */
function normalizedShifts(
  graph: Graph,
  { layerNorm }: JointMatrix,
  errors: Float64Array,
  statistics: Statistics,
): Float64Array {
  if (layerNorm === null) return errors;
  const inverse = statistics.inverseDeviations.get(siteId(layerNorm.site));
  if (inverse === undefined) throw new QuantizationError(layerNorm.site.key, 'was not seen by calibration');
  const coefficients = floatConstant(graph, layerNorm.coefficients);
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return errors.map((error, unit) => at(coefficients, unit) * (error - mean) * inverse);
}
