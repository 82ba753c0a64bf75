import { at } from '../../errors';
import type { FullyConnectedOp, Graph, LstmDirection, LstmOp, TensorId } from '../../model';
import { GATES } from '../../model';
import { floatConstant } from '../float/constants';
import { readersOf } from '../graph-queries';
import { largestMagnitude } from '../integer-constants';
import { matrixProducts } from '../products';
import { rangeAt } from '../resolve';
import type { Range } from '../range';
import { preActivationSite, tensorSite } from '../sites';
import { withConstantElements } from '../statistics/moments';
import type { Moments } from '../statistics/moments';
import { SHIFTED_GATES } from '../statistics/shifts';
import { siteId } from '../statistics/statistics';
import { withConstant } from './own-constants';
import type { PreparedModel } from './prepared-model';

/** Units are added in fours: kernels pack as many int8 outputs into a word. */
const UNITS_PER_WORD = 4;
/** A gate held open or shut by its bias alone: where Q3.12 saturates. */
const OPEN = 8;
/** Largest constant: the tanh of a cell that is rewritten to 1 in each step, and a little room for the output gate. */
const LARGEST_CONSTANT = 0.99 * Math.tanh(1);

/** Units of constant output for one layer. */
interface ConstantUnits {
  readonly op: LstmOp;
  readonly direction: LstmDirection;
  readonly units: number;
  readonly added: number;
  /** What they put out from the first step on. */
  readonly value: number;
  /** What each unit's gate has moved from the recurrent share to the input's; gates without are not in it. */
  readonly shifts: ReadonlyMap<LstmDirection['gates'][keyof LstmDirection['gates']], Float32Array>;
}

/** A layer that reads another's output through a matrix, in which a constant can have columns of zeros. */
type Reader = LstmOp | FullyConnectedOp;

/**
 * Keeps gates right whose input share saturates before the recurrent share is added. The kernel computes
 * `sat(sat(W x + b) + R h)`: 41 - 10 becomes 8 - 10. With a constant u moved from one share to the other it computes
 * `sat(sat(W x + b + u) + R h - u)`, the same in real numbers, and in saturating ones where u makes up for R h.
 *
 * R h has no bias of its own. The layer gets units for it that put out a constant v from the first step on: gates open, forget
 * gate shut, W and R rows of zeros; their columns of R hold -u / (v * number of units). Readers get columns of zeros.
 * The only difference in real numbers is in the first step after a reset, when no output has been there before; calibration
 * counts that when it chooses u.
 *
 * Layers with a projection, layer norm, peepholes, two directions or readers other than LSTM and dense layers stay as they are.
 *
 * @param model with constants of their own everywhere, none of them rounded.
 * @returns the model, and which layers were given units.
 */
export function addConstantUnits(model: PreparedModel): {
  readonly model: PreparedModel;
  readonly layers: readonly string[];
} {
  const layers = model.graph.ops.flatMap((op) => (op.kind === 'lstm' ? [op.name] : []));
  let result = model;
  const widened: string[] = [];
  for (const name of layers) {
    const op = result.graph.ops.find((candidate) => candidate.kind === 'lstm' && candidate.name === name);
    const planned = op?.kind === 'lstm' ? planUnits(result, op) : null;
    if (planned === null) continue;
    result = widen(result, planned);
    widened.push(name);
  }
  return { model: result, layers: widened };
}

function planUnits({ graph, ranges, statistics }: PreparedModel, op: LstmOp): ConstantUnits | null {
  const [direction, reverse] = op.directions;
  const readers = readersOf(graph, direction.output);
  const { shape } = at(graph.tensors, direction.output);
  const units = at(shape, shape.length - 1);
  const isPlain =
    reverse === undefined && direction.projection === null && (op.cellClip === 0 || op.cellClip >= 1);
  if (!isPlain || graph.outputs.includes(direction.output)) return null;
  if (!readers.every((reader) => isReader(graph, reader, units))) return null;
  const shifts = new Map<LstmDirection['gates']['forget'], Float32Array>();
  for (const name of SHIFTED_GATES) {
    const found = statistics.shifts.get(siteId(preActivationSite(op, direction, name)));
    if (found?.some((shift) => shift !== 0) === true) shifts.set(direction.gates[name], found);
  }
  if (shifts.size === 0) return null;
  const value = constantOn(rangeAt(ranges.tensors, tensorSite(graph, direction.output).key));
  // Columns no larger than R itself leave its scale alone.
  const needed = Array.from(
    shifts,
    ([{ recurrentWeights }, found]) =>
      largestMagnitude(found) / (Math.abs(value) * largestMagnitude(floatConstant(graph, recurrentWeights))),
  );
  const added = Math.ceil(Math.max(...needed) / UNITS_PER_WORD) * UNITS_PER_WORD;
  return { op, direction, units, added, value, shifts };
}

function isReader(graph: Graph, op: Graph['ops'][number], units: number): op is Reader {
  return (
    op.kind === 'lstm' ||
    (op.kind === 'fullyConnected' && at(at(graph.tensors, op.weights).shape, 1) === units)
  );
}

/** A value of the int8 grid that a range has: integers and real numbers then have the same constant. */
function constantOn({ min, max }: Range): number {
  const step = (Math.max(max, 0) - Math.min(min, 0)) / 255;
  const isPositive = max >= -min;
  const reach = Math.min(LARGEST_CONSTANT, isPositive ? max : -min);
  return (isPositive ? step : -step) * Math.floor(reach / step);
}

function widen(model: PreparedModel, planned: ConstantUnits): PreparedModel {
  const { direction, units, added, value } = planned;
  const columns = Array.from({ length: added }, () => 0);
  let graph = widenLayer(model.graph, planned);
  for (const reader of readersOf(model.graph, direction.output)) {
    const matrices =
      reader.kind === 'lstm'
        ? reader.directions.flatMap(({ gates }) => GATES.flatMap((name) => gates[name]?.inputWeights ?? []))
        : reader.kind === 'fullyConnected'
          ? [reader.weights]
          : [];
    for (const id of matrices) graph = withColumns(graph, id, () => columns);
  }
  const cellKey = tensorSite(model.graph, direction.cellState).key;
  const cell = rangeAt(model.ranges.tensors, cellKey);
  const tensors = {
    ...model.ranges.tensors,
    [cellKey]: { min: Math.min(cell.min, Math.sign(value)), max: Math.max(cell.max, Math.sign(value)) },
  };
  return {
    ...model,
    graph,
    ranges: { ...model.ranges, tensors },
    statistics: { ...model.statistics, moments: widenedMoments(model, planned, units) },
  };
}

function widenLayer(graph: Graph, { direction, added, value, shifts }: ConstantUnits): Graph {
  const outputGate = Math.abs(value) / Math.tanh(1);
  const biases = {
    input: OPEN,
    forget: -OPEN,
    cell: Math.sign(value) * OPEN,
    output: Math.log(outputGate / (1 - outputGate)),
  };
  let result = graph;
  for (const name of GATES) {
    const gate = direction.gates[name];
    if (gate === null) continue;
    const shift = shifts.get(gate);
    const column = (row: number): number => -(shift?.[row] ?? 0) / (value * added);
    result = withRows(result, gate.inputWeights, added, 0);
    result = withColumns(result, gate.recurrentWeights, (row) => Array<number>(added).fill(column(row)));
    result = withRows(result, gate.recurrentWeights, added, 0);
    if (gate.bias === null) continue;
    result = withRows(result, gate.bias, added, biases[name], shift);
  }
  for (const id of [direction.outputState, direction.cellState, direction.output]) {
    const { shape } = at(result.tensors, id);
    const wider = shape.with(-1, at(shape, shape.length - 1) + added);
    result = { ...result, tensors: result.tensors.with(id, { ...at(result.tensors, id), shape: wider }) };
  }
  return result;
}

/** A constant with rows of one value after its own, to which `offsets` are added. */
function withRows(graph: Graph, id: TensorId, added: number, value: number, offsets?: Float32Array): Graph {
  const values = floatConstant(graph, id);
  const [rows = 0, ...rest] = at(graph.tensors, id).shape;
  const data = new Float32Array((values.length / rows) * (rows + added)).fill(value);
  data.set(offsets === undefined ? values : values.map((element, row) => element + at(offsets, row)));
  return withConstant(graph, id, data, [rows + added, ...rest]);
}

/** A matrix with more columns after its own. */
function withColumns(graph: Graph, id: TensorId, more: (row: number) => readonly number[]): Graph {
  const { shape } = at(graph.tensors, id);
  const values = floatConstant(graph, id);
  const [rows, columns] = [at(shape, 0), at(shape, 1)];
  const added = more(0).length;
  const data = new Float32Array(rows * (columns + added));
  for (let row = 0; row < rows; row++) {
    data.set(values.subarray(row * columns, (row + 1) * columns), row * (columns + added));
    data.set(more(row), row * (columns + added) + columns);
  }
  return withConstant(graph, id, data, [rows, columns + added]);
}

/** The moments of what matrices are multiplied with, the constants among it. */
function widenedMoments(
  { graph, statistics }: PreparedModel,
  { op, direction, added, value }: ConstantUnits,
  units: number,
): ReadonlyMap<string, Moments> {
  const result = new Map(statistics.moments);
  for (const product of matrixProducts(graph)) {
    const id = siteId(product.site);
    const moments = statistics.moments.get(id);
    if (moments === undefined) continue;
    if (product.op === op) result.set(id, withConstantElements(moments, moments.depth, added, value));
    else if (product.op.input === direction.output && product.site.group !== 'internals')
      result.set(id, withConstantElements(moments, units, added, value));
  }
  return result;
}
