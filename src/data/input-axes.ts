import { at } from '../errors';
import type { Graph, Tensor, TensorId } from '../model';
import { analyzeShapes } from '../model/shapes/analyze';
import type { GraphShapes } from '../model/shapes';
import { describeShape } from '../model/shapes/input-sizes';

/** Where one input of a model has independent sequences and where their timesteps. */
export interface InputAxes {
  /** Name of the input. */
  readonly name: string;
  /** Its element type. */
  readonly dtype: Tensor['dtype'];
  /** The file's dimensions. */
  readonly shape: readonly number[];
  /** As people read it: `[batch, time, 28]`. */
  readonly description: string;
  /** Dimension of independent sequences; null if the input has none. */
  readonly batchAxis: number | null;
  /** Dimension of timesteps; null in an input of one timestep. */
  readonly timeAxis: number | null;
  /** Timesteps that every call must have; null if a call may have any number. */
  readonly timestepsPerCall: number | null;
  /** Sequences that every call must have. */
  readonly batchPerCall: number;
  /** Rows of the table that its values are positions in, the smallest of several; null for real values. */
  readonly tableRows: number | null;
}

/**
 * How sequences lie in the inputs of a model.
 *
 * @throws ModelFormatError or UnsupportedModelError if its shapes contradict each other.
 */
export function inputAxes(graph: Graph): InputAxes[] {
  const shapes = analyzeShapes(graph);
  return graph.inputs.map((id) => axesOf(graph, shapes, id));
}

function axesOf(graph: Graph, { tensors, batch, timesteps }: GraphShapes, id: TensorId): InputAxes {
  const { name, dtype, shape } = at(graph.tensors, id);
  const symbolic = at(tensors, id);
  const axisOf = (symbol: 'batch' | 'time'): number | null => {
    const axis = symbolic.findIndex((value) => value.includes(symbol));
    return axis < 0 ? null : axis;
  };
  const timeMajor = graph.ops.some((op) => op.kind === 'lstm' && op.input === id && op.timeMajor);
  const tableRows = tableRowsOf(graph, id);
  // A size that the model fixes stands in the shape as a number; it is then where it usually is.
  // Positions in a table have no features.
  const hasTime = shape.length >= (tableRows === null ? 3 : 2);
  const timeAxis =
    axisOf('time') ?? (hasTime && timesteps.fixedBecause !== null ? (timeMajor ? 0 : 1) : null);
  const firstFree = timeAxis === 0 ? 1 : 0;
  const batchAxis = axisOf('batch') ?? (shape.length > firstFree + 1 ? firstFree : null);
  return {
    name,
    dtype,
    shape,
    description: describeShape(symbolic),
    batchAxis,
    timeAxis,
    timestepsPerCall: timesteps.fixedBecause === null ? null : timeAxis === null ? 1 : at(shape, timeAxis),
    batchPerCall: batch.fixedBecause === null || batchAxis === null ? 1 : at(shape, batchAxis),
    tableRows,
  };
}

function tableRowsOf({ ops, tensors }: Graph, id: TensorId): number | null {
  const rows = ops.flatMap((op) =>
    op.kind === 'gather' && op.indices === id ? at(at(tensors, op.input).shape, op.axis) : [],
  );
  return rows.length === 0 ? null : Math.min(...rows);
}
