import { at, InputError, ModelFormatError, OctogateError, UnsupportedModelError } from '../errors';
import type { Graph } from './graph';
import type { Op } from './ops';
import type { OpRules } from './rules/op-rules';
import type { Factor, SessionSizes, SessionSymbol, SymbolicShape } from './shapes/dimension';
import { constantShape, dimension, dependsOn, isExactly, shapeSizes } from './shapes/dimension';
import type { InputLayout } from './shapes/input-layouts';
import { inputLayouts } from './shapes/input-layouts';

export type { Dimension, Factor, SessionSizes, SymbolicShape } from './shapes/dimension';
export { dimensionSize, elementCount, factorSize, shapeSizes, timeView } from './shapes/dimension';

/** Dimensions of a tensor, at most; TFLite's own kernels stop there too, or at six. */
const MOST_DIMENSIONS = 5;

/** A size that a session chooses, as far as the graph lets it. */
export interface SessionSize {
  /** Size in the file, and the default of a session. */
  readonly inFile: number;
  /** Why no other size will do; null when any will. */
  readonly fixedBecause: string | null;
}

/** Shapes of all tensors of a graph as functions of a session's batch and time. */
export interface GraphShapes {
  /** Per tensor of the graph. */
  readonly tensors: readonly SymbolicShape[];
  readonly batch: SessionSize;
  readonly timesteps: SessionSize;
  /**
   * Every op makes timestep t from timesteps up to t alone, and what it remembers is LSTM state: a long sequence may be
   * run through the whole graph in pieces.
   */
  readonly timeLocal: boolean;
}

/** `analyzeShapes` by the rules that the graph needs. */
export function analyzeShapesBy(rules: OpRules, graph: Graph): GraphShapes {
  let best: { readonly shapes: GraphShapes; readonly score: number } | null = null;
  let firstError: OctogateError | null = null;
  for (const layout of inputLayouts(graph)) {
    try {
      const shapes = analyzeLayout(rules, graph, layout);
      const score = scoreOf(graph, shapes);
      if (best === null || score > best.score) best = { shapes, score };
    } catch (error) {
      if (!(error instanceof OctogateError)) throw error;
      firstError ??= error;
    }
  }
  if (best !== null) return best.shapes;
  throw firstError ?? new ModelFormatError(`${graph.name}: its inputs disagree about their dimensions`);
}

/**
 * Sizes of all tensors for one session.
 *
 * @throws InputError naming the op that fixes the size if the graph cannot run with this batch or number of timesteps.
 */
export function evaluateShapes(shapes: GraphShapes, { batch, timesteps }: SessionSizes): TensorShapes {
  const known = evaluated.get(shapes)?.find((each) => each.batch === batch && each.timesteps === timesteps);
  if (known !== undefined) return known.tensors;
  checkSize('batch', batch, shapes.batch);
  checkSize('timesteps', timesteps, shapes.timesteps);
  const tensors = shapes.tensors.map((shape) => shapeSizes(shape, { batch, timesteps }));
  const others = evaluated.get(shapes)?.slice(0, KEPT_EVALUATIONS - 1) ?? [];
  evaluated.set(shapes, [{ batch, timesteps, tensors }, ...others]);
  return tensors;
}

/** Sizes of all tensors. */
export type TensorShapes = readonly (readonly number[])[];

interface Evaluation extends SessionSizes {
  readonly tensors: TensorShapes;
}

/** The latest evaluations: a stream asks for the same sizes several times per frame. */
const evaluated = new WeakMap<GraphShapes, readonly Evaluation[]>();
const KEPT_EVALUATIONS = 8;

function checkSize(name: string, size: number, { inFile, fixedBecause }: SessionSize): void {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new InputError(`${name} is ${size}; a whole number of at least 1 is expected`);
  }
  if (fixedBecause !== null && size !== inFile) {
    throw new InputError(`${name} is ${size}, but this model runs with ${inFile} only: ${fixedBecause}`);
  }
}

/** Propagates one reading of the inputs, fixing batch or time whenever an op asks for it. */
function analyzeLayout(rules: OpRules, graph: Graph, layout: InputLayout): GraphShapes {
  const fixed: Record<SessionSymbol, string | null> = {
    batch: layout.hasBatch ? null : 'none of its inputs has a batch dimension',
    time: layout.hasTime ? null : 'none of its inputs has a time dimension',
  };
  for (;;) {
    const result = propagate(rules, graph, layout, fixed);
    if ('tensors' in result) {
      const { batch, timesteps } = layout.fileSizes;
      return {
        tensors: result.tensors,
        batch: { inFile: batch, fixedBecause: fixed.batch },
        timesteps: { inFile: timesteps, fixedBecause: fixed.time },
        timeLocal: fixed.time === null && result.timeLocal,
      };
    }
    if (fixed[result.pin] !== null) throw new TypeError(`${result.because}: ${result.pin} was fixed already`);
    fixed[result.pin] = result.because;
  }
}

function propagate(
  rules: OpRules,
  graph: Graph,
  layout: InputLayout,
  fixed: Readonly<Record<SessionSymbol, string | null>>,
):
  | { readonly tensors: readonly SymbolicShape[]; readonly timeLocal: boolean }
  | { readonly pin: SessionSymbol; readonly because: string } {
  const known = new Map<number, SymbolicShape>();
  for (const [id, tensor] of graph.tensors.entries()) {
    if (tensor.data !== null) known.set(id, constantShape(tensor.shape));
  }
  for (const [index, id] of graph.inputs.entries())
    known.set(id, fix(at(layout.shapes, index), layout, fixed));
  const shapeOf = (id: number, op: Op): SymbolicShape => {
    const shape = known.get(id);
    if (shape !== undefined) return shape;
    throw new ModelFormatError(
      `${op.name}: no earlier op makes tensor ${id} "${at(graph.tensors, id).name}"`,
    );
  };
  let timeLocal = true;
  for (const op of graph.ops) {
    const result = rules.inferShapes(op, {
      graph,
      shapeOf,
      fileSizes: layout.fileSizes,
      batchIsFree: fixed.batch === null,
    });
    if ('pin' in result) return result;
    for (const [id, shape] of result.shapes) {
      requireDimensions(op, shape);
      known.set(id, shape);
    }
    timeLocal &&= result.timeLocal;
  }
  const tensors = graph.tensors.map(({ shape }, id) => known.get(id) ?? constantShape(shape));
  const everyEndHasTime = [...graph.inputs, ...graph.outputs].every((id) =>
    at(tensors, id).some((value) => dependsOn(value, 'time')),
  );
  return { tensors, timeLocal: timeLocal && everyEndHasTime };
}

/** @throws UnsupportedModelError for a tensor of more dimensions than kernels walk through. */
function requireDimensions({ name }: Op, shape: SymbolicShape): void {
  if (shape.length <= MOST_DIMENSIONS) return;
  const reason = `its output has ${shape.length} dimensions; up to ${MOST_DIMENSIONS} are supported`;
  throw new UnsupportedModelError([{ subject: name, reason }]);
}

/** The input's shape with the fixed sizes written as numbers. */
function fix(
  shape: SymbolicShape,
  { fileSizes }: InputLayout,
  fixed: Readonly<Record<SessionSymbol, string | null>>,
): SymbolicShape {
  const fixFactor = (factor: Factor): Factor => {
    if (factor === 'batch' && fixed.batch !== null) return fileSizes.batch;
    if (factor === 'time' && fixed.time !== null) return fileSizes.timesteps;
    return factor;
  };
  return shape.map((value) => dimension(value.map(fixFactor)));
}

/** A free batch matters most, then that the sequence LSTMs run over the session's time. */
function scoreOf(graph: Graph, { tensors, batch }: GraphShapes): number {
  const runsOverTime = graph.ops.some(
    (op) =>
      op.kind === 'lstm' && !op.oneStep && at(tensors, op.input).some((value) => isExactly(value, 'time')),
  );
  return (batch.fixedBecause === null ? 2 : 0) + (runsOverTime ? 1 : 0);
}
