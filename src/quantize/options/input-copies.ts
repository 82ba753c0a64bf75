import { at } from '../../errors';
import type { BinaryOp, ConcatenationOp, Graph, LstmOp, Op, Tensor, TensorId } from '../../model';
import { GATES } from '../../model';
import { floatConstant } from '../float/constants';
import { readersOf } from '../graph-queries';
import { comesFromOutside } from '../partition';
import { matrixProducts } from '../products';
import { rangeAt } from '../resolve';
import { asymmetricInt8 } from '../scale';
import { tensorSite } from '../sites';
import { repeatedMoments } from '../statistics/moments';
import { siteId } from '../statistics/statistics';
import { withConstant } from './own-constants';
import type { PreparedModel } from './prepared-model';

/** What rounding the input may add to a gate's sum, root mean square over the gates, before the input gets copies. */
const NOTICEABLE_NOISE = 1 / 32;

/** An input and how many copies of it its layers are to read. */
interface PlannedCopies {
  readonly source: TensorId;
  readonly readers: readonly LstmOp[];
  readonly copies: number;
  /** Real distance of two neighbouring integers of the input. */
  readonly step: number;
}

/**
 * Gives layers finer inputs and finer input matrices than int8 has: they read n copies of an input, shifted by fractions of a
 * step that add up to zero, each through W / n. Rounded, the copies add up to the input in steps of 1/n (Hermite's identity),
 * and n weights of one input make up one weight of n times as many steps. In real numbers nothing changes.
 *
 * Only inputs that become integers right before the layers, and only where rounding them shows in the gates' sums: one that
 * integers make is rounded already.
 *
 * Splitting channels into shares that are rounded apart: Zhao et al. 2019, outlier channel splitting (arXiv 1901.09504).
 *
 * @param model with constants of their own everywhere, none of them rounded.
 * @param most copies of an input
 * @returns the model, and which layers were given copies.
 */
export function copyInputs(
  model: PreparedModel,
  most: number,
): { readonly model: PreparedModel; readonly layers: readonly string[] } {
  const sources = new Set(model.graph.ops.flatMap((op) => (op.kind === 'lstm' ? [op.input] : [])));
  let result = model;
  const layers: string[] = [];
  for (const source of sources) {
    const planned = planCopies(result, source, most);
    if (planned === null) continue;
    result = withCopies(result, planned);
    layers.push(...planned.readers.map(({ name }) => name));
  }
  return { model: result, layers };
}

function planCopies(
  { graph, ranges, keepFloat }: PreparedModel,
  source: TensorId,
  most: number,
): PlannedCopies | null {
  const all = readersOf(graph, source);
  const readers = all.filter((op) => op.kind === 'lstm');
  if (readers.length !== all.length || graph.outputs.includes(source)) return null;
  if (!comesFromOutside(graph, source, keepFloat)) return null;
  const { key } = tensorSite(graph, source);
  const step = asymmetricInt8(key, rangeAt(ranges.tensors, key)).scale;
  const noise = Math.max(...readers.map((op) => gateNoise(graph, op, step)));
  const copies = Math.min(Math.ceil(noise / NOTICEABLE_NOISE), most);
  return copies < 2 ? null : { source, readers, copies, step };
}

/** What an input rounded to steps adds to the gates' sums: `step * sqrt(mean over rows of sum_j W_ij^2 / 12)`. */
function gateNoise(graph: Graph, op: LstmOp, step: number): number {
  let [squares, rows] = [0, 0];
  for (const id of inputMatrices(op)) {
    squares += floatConstant(graph, id).reduce((sum, weight) => sum + weight ** 2, 0);
    rows += at(at(graph.tensors, id).shape, 0);
  }
  return step * Math.sqrt(squares / rows / 12);
}

function inputMatrices({ directions }: LstmOp): TensorId[] {
  return directions.flatMap(({ gates }) => GATES.flatMap((name) => gates[name]?.inputWeights ?? []));
}

function withCopies(model: PreparedModel, planned: PlannedCopies): PreparedModel {
  const { source, readers, copies, step } = planned;
  const channels = at(
    at(model.graph.tensors, at(readers, 0).directions[0].gates.forget.inputWeights).shape,
    1,
  );
  const offsets = Float32Array.from(
    { length: copies * channels },
    (_, index) => ((2 * Math.floor(index / channels) + 1 - copies) / (2 * copies)) * step,
  );
  const inserted = insertCopies(model.graph, planned, offsets);
  let { graph } = inserted;
  for (const id of readers.flatMap(inputMatrices)) graph = dividedAmongCopies(graph, id, copies);
  const before = tensorSite(model.graph, source).key;
  const after = tensorSite(graph, inserted.tensor).key;
  const names = new Set(readers.map(({ name }) => name));
  const moments = new Map(model.statistics.moments);
  for (const { site, op } of matrixProducts(graph)) {
    const known = moments.get(siteId(site));
    if (known === undefined || site.group !== 'vectors' || !names.has(op.name)) continue;
    moments.set(siteId(site), repeatedMoments(known, channels, offsets));
  }
  return {
    ...model,
    graph,
    keepFloat: [...model.keepFloat, ...inserted.names],
    ranges: {
      ...model.ranges,
      tensors: { ...model.ranges.tensors, [after]: rangeAt(model.ranges.tensors, before) },
    },
    statistics: { ...model.statistics, moments },
  };
}

/** Puts before the layers: the input side by side with itself, and the offsets added. */
function insertCopies(
  graph: Graph,
  { source, readers, copies }: PlannedCopies,
  offsets: Float32Array,
): { graph: Graph; tensor: TensorId; names: readonly string[] } {
  const original = at(graph.tensors, source);
  const axis = original.shape.length - 1;
  const shape = original.shape.with(axis, offsets.length);
  const real = { dtype: 'float32', quantization: null, isVariable: false } as const;
  const added: Tensor[] = [
    { ...real, name: `${original.name}_copies`, shape, data: null },
    { ...real, name: `${original.name}_offsets`, shape: [offsets.length], data: offsets },
    { ...real, name: `${original.name}_shifted`, shape, data: null },
  ];
  const idOf = (index: number): TensorId => (graph.tensors.length + index) as TensorId;
  const first = graph.ops.findIndex((op) => readers.some((reader) => reader === op));
  const { name, sourceIndex } = at(graph.ops, first);
  const joining: ConcatenationOp = {
    ...{ kind: 'concatenation', name: `${name}_input_copies`, sourceIndex, axis },
    inputs: Array<TensorId>(copies).fill(source),
    output: idOf(0),
  };
  const shifting: BinaryOp = {
    ...{ kind: 'binary', name: `${name}_input_offsets`, sourceIndex, operation: 'add', activation: 'none' },
    left: joining.output,
    right: idOf(1),
    output: idOf(2),
  };
  const ops = graph.ops.map((op): Op =>
    readers.some((reader) => reader === op) ? ({ ...op, input: shifting.output } as Op) : op,
  );
  return {
    graph: {
      ...graph,
      tensors: [...graph.tensors, ...added],
      ops: ops.toSpliced(first, 0, joining, shifting),
    },
    tensor: shifting.output,
    names: [joining.name, shifting.name],
  };
}

/** `[W / n, W / n, ...]` */
function dividedAmongCopies(graph: Graph, id: TensorId, copies: number): Graph {
  const values = floatConstant(graph, id);
  const { shape } = at(graph.tensors, id);
  const [rows, columns] = [at(shape, 0), at(shape, 1)];
  const data = new Float32Array(values.length * copies);
  for (let row = 0; row < rows; row++) {
    const share = values.subarray(row * columns, (row + 1) * columns).map((weight) => weight / copies);
    for (let copy = 0; copy < copies; copy++) data.set(share, (row * copies + copy) * columns);
  }
  return withConstant(graph, id, data, [rows, columns * copies]);
}
