import { at, ModelFormatError } from '../../errors';
import type { LstmDirection, LstmOp } from '../ops';
import type { Dimension, SymbolicShape } from './dimension';
import { dependsOn, dimension, dimensionSize, isExactly } from './dimension';
import type { InferredShapes, ShapeResult, ShapeScope } from './inference';
import { pinned } from './inference';
import { matrixSizes, requireFeatures } from './dense-shapes';

/** Batch stays batch and time stays time, or one of them is pinned to what the file says. */
export function lstmShapes(op: LstmOp, scope: ShapeScope): ShapeResult {
  const shape = scope.shapeOf(op.input, op);
  const rank = op.oneStep ? 2 : 3;
  if (shape.length !== rank) {
    const layout = op.oneStep
      ? '[batch, features]'
      : op.timeMajor
        ? '[time, batch, features]'
        : '[batch, time, features]';
    throw new ModelFormatError(`${op.name}: the input has ${shape.length} dimensions; ${layout} is expected`);
  }
  const [batchAxis, timeAxis] = op.oneStep ? [0, null] : op.timeMajor ? [1, 0] : [0, 1];
  const batch = at(shape, batchAxis);
  const features = at(shape, rank - 1);
  const fileBatch = dimensionSize(batch, scope.fileSizes);
  if (fileBatch !== scope.fileSizes.batch) {
    throw new ModelFormatError(
      `${op.name}: the input has ${fileBatch} batch rows where the model's inputs have ${scope.fileSizes.batch}`,
    );
  }
  if (dependsOn(batch, 'time')) {
    return { pin: 'time', because: `${op.name} would take timesteps for batch rows` };
  }
  const mixed = timeAxis !== null && dependsOn(at(shape, timeAxis), 'batch');
  if (mixed || (scope.batchIsFree && !isExactly(batch, 'batch'))) {
    return { pin: 'batch', because: `${op.name} would mix timesteps of different batch rows` };
  }
  const lead = shape.slice(0, -1);
  return (
    pinned(features, (size) => `${op.name} has the ${size} in its features`) ?? {
      shapes: op.directions.flatMap((direction) =>
        directionShapes(op, direction, lead, batch, features, scope),
      ),
      timeLocal: op.directions.every(({ direction }) => direction === 'forward'),
    }
  );
}

function directionShapes(
  op: LstmOp,
  direction: LstmDirection,
  lead: SymbolicShape,
  batch: Dimension,
  features: Dimension,
  scope: ShapeScope,
): InferredShapes['shapes'] {
  const { forget } = direction.gates;
  const [units, inputs] = matrixSizes(op, forget.inputWeights, scope);
  const [, outputs] = matrixSizes(op, forget.recurrentWeights, scope);
  requireFeatures(op, features, inputs, scope);
  return [
    [direction.output, [...lead, dimension([outputs])]],
    [direction.outputState, [batch, dimension([outputs])]],
    [direction.cellState, [batch, dimension([units])]],
  ];
}
