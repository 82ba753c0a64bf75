import { at, ModelFormatError, UnsupportedModelError } from '../../errors';
import type { FullyConnectedOp, Op, SoftmaxOp } from '../ops';
import type { TensorId } from '../tensor';
import type { Dimension } from './dimension';
import { dimension, dimensionSize } from './dimension';
import type { ShapeResult, ShapeScope } from './inference';
import { pinned, rowOf, timeLocalShape } from './inference';

export function fullyConnectedShapes(op: FullyConnectedOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  const features = rowOf(op, shape);
  const [outputs, inputs] = matrixSizes(op, op.weights, scope);
  requireFeatures(op, features, inputs, scope);
  const lead = shape.slice(0, -1);
  const rows = op.keepDims ? lead : [dimension(lead.flat())];
  return (
    pinned(features, (size) => `${op.name} has the ${size} in its rows of ${inputs} inputs`) ??
    timeLocalShape(op.output, [...rows, dimension([outputs])])
  );
}

/** More exponentials than this could carry TFLite's sum of them, Q12.19, out of int32. */
const MOST_CLASSES = 4095;

/** @throws UnsupportedModelError for more than 4,095 classes. */
export function softmaxShapes(op: SoftmaxOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  const row = rowOf(op, shape);
  const classes = dimensionSize(row, scope.fileSizes);
  if (classes > MOST_CLASSES) {
    throw new UnsupportedModelError([
      {
        subject: op.name,
        reason: `${classes} classes; its int32 sum holds ${MOST_CLASSES}, end the model at its logits`,
      },
    ]);
  }
  return (
    pinned(row, (size) => `${op.name} has the ${size} in the classes that its probabilities add up over`) ??
    timeLocalShape(op.output, shape)
  );
}

/** @throws UnsupportedModelError if rows of the input do not fit the weights. */
export function requireFeatures(op: Op, features: Dimension, expected: number, scope: ShapeScope): void {
  const found = dimensionSize(features, scope.fileSizes);
  if (found === expected) return;
  throw new UnsupportedModelError([
    {
      subject: op.name,
      reason: `its input rows have ${found} elements, its weights take ${expected}; reshape the rows before it`,
    },
  ]);
}

/** @throws ModelFormatError if the weights are no matrix. */
export function matrixSizes(op: Op, id: TensorId, { graph }: ShapeScope): [rows: number, columns: number] {
  const { name, shape } = at(graph.tensors, id);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new ModelFormatError(
      `${op.name}: weights "${name}" have the shape [${shape.join(', ')}]; two dimensions are expected`,
    );
  }
  return [rows, columns];
}
