import { at } from '../../../errors';
import { elementCount } from '../../../model/shapes';
import type { NdArray } from '../../nd-array';
import { reshaped, transposed } from '../../nd-array';
import type { NodeReader } from '../node-reader';
import type { View } from '../../view';

/** Gemm: `alpha * A B + beta * C`, of which B and C are a layer's weights and bias. */
export function readGemm(node: NodeReader): void {
  node.requireInputs(2, 3);
  const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)];
  const isTransposed = node.int('transB', 0) !== 0;
  if (node.int('transA', 0) !== 0) node.refuse('its transA is set; transpose its input before it');
  node.requireAllRead();
  const weights = matrix(node, isTransposed);
  const stated = node.optionalConstant(2, 'C');
  const bias = stated === null ? null : biasVector(node, stated, at(weights.shape, 0));
  node.outputView(
    0,
    denseLayer(
      node,
      node.activation(0, 'A'),
      scaled(weights, alpha),
      bias === null ? null : scaled(bias, beta),
    ),
  );
}

/** MatMul of rows with a constant matrix: a dense layer, whose bias may follow as an Add. */
export function readMatMul(node: NodeReader): void {
  node.requireInputs(2);
  node.requireAllRead();
  const weights = matrix(node, false);
  node.outputView(0, denseLayer(node, node.activation(0, 'A'), weights, null));
}

/** The weights as the graph has them, `[outputs, inputs]`. */
function matrix(node: NodeReader, isTransposed: boolean): NdArray {
  const array = node.constant(1, 'B');
  const extra = array.shape.length - 2;
  if (extra < 0 || elementCount(array.shape.slice(0, extra)) !== 1 || array.type !== 'float') {
    return node.refuse(`its B has the shape [${array.shape.join(', ')}]; one matrix of float32 is expected`);
  }
  const flat = reshaped(array, array.shape.slice(extra));
  return isTransposed ? flat : transposed(flat, [1, 0]);
}

function biasVector(node: NodeReader, array: NdArray, outputs: number): NdArray {
  if (array.data.length === outputs && array.shape.at(-1) === outputs) return reshaped(array, [outputs]);
  if (array.data.length === 1)
    return { ...array, shape: [outputs], data: new Float32Array(outputs).fill(at(array.data, 0)) };
  return node.refuse(
    `its C has the shape [${array.shape.join(', ')}]; one number per output, ${outputs}, is expected`,
  );
}

function scaled(array: NdArray, factor: number): NdArray {
  return factor === 1 ? array : { ...array, data: array.data.map((value) => factor * value) };
}

/** Rows of a value, its last dimension, times `[outputs, inputs]` weights. */
export function denseLayer(node: NodeReader, input: View, weights: NdArray, bias: NdArray | null): View {
  const { assembler } = node;
  const [, inputs] = weights.shape;
  if (input.axes.length === 0) return node.fail('its A is a single number');
  // As many dimensions as in the file: what looks for LSTMs that are written out expects rows in two.
  const isRows =
    input.axes.at(-1) === input.sourceShape.length - 1 && input.axes.length === input.sourceShape.length;
  const rows = isRows ? input : assembler.whole(assembler.materialize(input));
  if (rows.sourceShape.at(-1) !== inputs) {
    return node.fail(`its A has rows of ${rows.sourceShape.at(-1) ?? 0}, its B takes ${inputs ?? 0}`);
  }
  const name = assembler.nameOf('fullyConnected');
  const output = assembler.emit('fullyConnected', {
    input: rows.source,
    weights: assembler.constant(`${name}/weights`, weights),
    bias: bias === null ? null : assembler.constant(`${name}/bias`, bias),
    activation: 'none',
    keepDims: true,
  });
  return { ...output, axes: rows.axes };
}
