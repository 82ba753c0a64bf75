import { at, ModelFormatError, unreachable, UnsupportedModelError } from '../../errors';
import type { Graph } from '../graph';
import type { FullyConnectedOp, LstmDirection, LstmOp, Op, ReshapeOp, SoftmaxOp } from '../ops';
import type { TensorId } from '../tensor';
import type { Dimension, SessionSizes, SessionSymbol, SymbolicShape } from './dimension';
import {
  dependsOn,
  dimension,
  dimensionSize,
  elementCount,
  isExactly,
  shapeSizes,
  symbolIn,
} from './dimension';
import { regroup } from './regroup';

/** The op works only with the size that the file states. */
export interface PinnedSize {
  readonly pin: SessionSymbol;
  /** A sentence for the person whose session asked for another size. */
  readonly because: string;
}

/** What an op makes of its inputs' shapes. */
export interface InferredShapes {
  readonly shapes: readonly (readonly [TensorId, SymbolicShape])[];
  /** Whether output timestep t depends on input timesteps up to t alone, with nothing but LSTM state in between. */
  readonly timeLocal: boolean;
}

/** What the rules of one op may look at. */
export interface ShapeScope {
  readonly graph: Graph;
  /** @throws ModelFormatError if no earlier op makes this tensor. */
  readonly shapeOf: (id: TensorId, op: Op) => SymbolicShape;
  /** Batch and time as the file states them. */
  readonly fileSizes: SessionSizes;
  /** Whether a session may still choose its batch, so that every LSTM must keep a state row for each. */
  readonly batchIsFree: boolean;
}

/**
 * Output shapes of one op.
 *
 * @throws ModelFormatError if the shapes contradict each other even at the file's own sizes.
 */
export function inferOpShapes(op: Op, scope: ShapeScope): InferredShapes | PinnedSize {
  switch (op.kind) {
    case 'lstm':
      return lstmShapes(op, scope);
    case 'fullyConnected':
      return fullyConnectedShapes(op, scope);
    case 'reshape':
      return reshapeShapes(op, scope);
    case 'softmax':
      return softmaxShapes(op, scope);
    case 'logistic':
    case 'tanh':
    case 'quantize':
    case 'dequantize':
      return { shapes: [[op.output, scope.shapeOf(op.input, op)]], timeLocal: true };
    default:
      return unreachable(op);
  }
}

function lstmShapes(op: LstmOp, scope: ShapeScope): InferredShapes | PinnedSize {
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
  const pinned = pinnedFeatures(op, features, 'its features');
  if (pinned !== null) return pinned;
  const lead = shape.slice(0, -1);
  return {
    shapes: op.directions.flatMap((direction) =>
      directionShapes(op, direction, lead, batch, features, scope),
    ),
    timeLocal: op.directions.every(({ direction }) => direction === 'forward'),
  };
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

function fullyConnectedShapes(op: FullyConnectedOp, scope: ShapeScope): InferredShapes | PinnedSize {
  const shape = scope.shapeOf(op.input, op);
  const features = shape.at(-1);
  if (features === undefined)
    throw new ModelFormatError(`${op.name}: the input is a scalar; rows are expected`);
  const [outputs, inputs] = matrixSizes(op, op.weights, scope);
  requireFeatures(op, features, inputs, scope);
  const pinned = pinnedFeatures(op, features, `its rows of ${inputs} inputs`);
  if (pinned !== null) return pinned;
  const lead = shape.slice(0, -1);
  const rows = op.keepDims ? lead : [dimension(lead.flat())];
  return { shapes: [[op.output, [...rows, dimension([outputs])]]], timeLocal: true };
}

function softmaxShapes(op: SoftmaxOp, scope: ShapeScope): InferredShapes | PinnedSize {
  const shape = scope.shapeOf(op.input, op);
  const last = shape.at(-1);
  if (last === undefined) throw new ModelFormatError(`${op.name}: the input is a scalar; rows are expected`);
  return (
    pinnedFeatures(op, last, 'the classes that its probabilities add up over') ?? {
      shapes: [[op.output, shape]],
      timeLocal: true,
    }
  );
}

function reshapeShapes(op: ReshapeOp, scope: ShapeScope): InferredShapes | PinnedSize {
  const shape = scope.shapeOf(op.input, op);
  const sizes = shapeSizes(shape, scope.fileSizes);
  const target = resolveTarget(op, elementCount(sizes));
  const result = regroup(shape, target, scope.fileSizes);
  if ('obstacle' in result) {
    return {
      pin: result.obstacle,
      because: `${op.name} reshapes [${sizes.join(', ')}] to [${target.join(', ')}]`,
    };
  }
  return { shapes: [[op.output, result]], timeLocal: true };
}

/** The target with its -1 filled in. */
function resolveTarget(op: ReshapeOp, elements: number): number[] {
  const known = elementCount(op.shape.filter((size) => size !== -1));
  const target = op.shape.map((size) => (size === -1 ? elements / known : size));
  if (!target.every((size) => Number.isInteger(size) && size > 0) || elementCount(target) !== elements) {
    throw new ModelFormatError(
      `${op.name}: ${elements} elements cannot take the shape [${op.shape.join(', ')}]`,
    );
  }
  return target;
}

/** Dimensions along which values are summed cannot follow the session's sizes. */
function pinnedFeatures(op: Op, features: Dimension, role: string): PinnedSize | null {
  const pin = symbolIn(features);
  return pin === null ? null : { pin, because: `${op.name} has the ${pin} in ${role}` };
}

function requireFeatures(op: Op, features: Dimension, expected: number, scope: ShapeScope): void {
  const found = dimensionSize(features, scope.fileSizes);
  if (found === expected) return;
  throw new UnsupportedModelError([
    {
      subject: op.name,
      reason: `its input rows have ${found} elements, its weights take ${expected}; reshape the rows before it`,
    },
  ]);
}

function matrixSizes(op: Op, id: TensorId, { graph }: ShapeScope): [rows: number, columns: number] {
  const { name, shape } = at(graph.tensors, id);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new ModelFormatError(
      `${op.name}: weights "${name}" have the shape [${shape.join(', ')}]; two dimensions are expected`,
    );
  }
  return [rows, columns];
}
