import { at } from '../../errors';
import type { GateName, Graph, LstmGateTensors, LstmOp, Op, TensorId } from '../../model';
import { opTensors } from '../../model';
import { elementCount } from '../../model/shapes';
import { FeedbackFinder } from './feedback';
import type { GraphView } from './graph-view';
import { viewGraph } from './graph-view';
import { keepTime } from './keep-time';
import { findLstmCells } from './lstm-cells';
import { liveOps, prune } from './prune';
import { TensorPool } from './tensor-pool';
import type { UnrolledLayer } from './unrolled-layer';
import { matchLayer } from './unrolled-layer';

/** A state that a graph no longer takes and gives: its session keeps it. */
export interface DroppedState {
  /** Name of the input that it was. */
  readonly input: string;
  /** Name of the output that the caller was to feed back. */
  readonly output: string;
}

export interface RolledGraph {
  readonly graph: Graph;
  /** Names of the LSTM layers that were found; empty if the graph is what it was. */
  readonly layers: readonly string[];
  readonly droppedStates: readonly DroppedState[];
}

/**
 * Finds LSTMs that a converter has written out as dense layers, splits, logistics, tanhs, products and sums of one
 * timestep, with the state as inputs and outputs of the graph, and makes them LSTM ops whose state the session keeps.
 *
 * A layer is taken for one only if it computes the LSTM equations, and its new states go, element by element, to where
 * its old states come from; and a state only if nothing else reads it or makes a part of it. Fed back from zero, the
 * graph computes the same sums as before, in float32 of another order. What does not fit stays as it is.
 */
export function rollLstms(graph: Graph): RolledGraph {
  const view = viewGraph(graph);
  let layers = findLayers(view);
  while (layers.length > 0) {
    const rolled = replaceLayers(view, layers);
    const broken = brokenStates(view, layers, rolled);
    if (broken.size === 0) {
      return {
        graph: prune(keepTime(rolled)),
        layers: layers.map(nameOf),
        droppedStates: droppedStates(view, layers),
      };
    }
    layers = layers.filter(({ states }) => !states.some(({ input }) => broken.has(input)));
  }
  return { graph, layers: [], droppedStates: [] };
}

function findLayers(view: GraphView): UnrolledLayer[] {
  const cells = findLstmCells(view);
  if (cells.length === 0) return [];
  const finder = new FeedbackFinder(view);
  return cells.flatMap((cell) => matchLayer(cell, view, finder) ?? []);
}

/** The graph with every layer as one op, and without the inputs and outputs that were their states. */
function replaceLayers({ graph, shapes }: GraphView, layers: readonly UnrolledLayer[]): Graph {
  const pool = new TensorPool(graph.tensors);
  const byOp = new Map(layers.map((layer) => [layer.cell.op, layer]));
  const ops = graph.ops.map((op): Op => {
    const layer = byOp.get(op);
    return layer === undefined ? op : lstmOp(layer, at(shapes, layer.cell.newHidden), pool);
  });
  const states = layers.flatMap((layer) => layer.states);
  const isStateOutput = (id: TensorId): boolean => states.some(({ output }) => output === id);
  const results = graph.outputs.filter((id) => !isStateOutput(id));
  // A cell alone has no other output than its states; its hidden state is then also its result.
  const outputs = results.length > 0 ? results : layers.map(({ cell }) => cell.newHidden);
  return {
    ...graph,
    tensors: pool.tensors,
    ops: liveOps({ ops, outputs }),
    inputs: graph.inputs.filter((id) => !states.some(({ input }) => input === id)),
    outputs,
  };
}

function nameOf({ cell }: UnrolledLayer): string {
  return `lstm_${cell.op.sourceIndex}`;
}

function lstmOp(layer: UnrolledLayer, [batch = 1, units = 0]: readonly number[], pool: TensorPool): LstmOp {
  const name = nameOf(layer);
  const gate = (gateName: GateName): LstmGateTensors => {
    const { inputTerm, recurrentTerm, biases } = layer.gates[gateName];
    return {
      inputWeights: pool.block(`${name} ${gateName} gate input weights`, inputTerm, units),
      recurrentWeights: pool.block(`${name} ${gateName} gate recurrent weights`, recurrentTerm, units),
      bias: pool.bias(`${name} ${gateName} gate bias`, biases, units),
      peephole: null,
      layerNorm: null,
      preActivation: null,
    };
  };
  return {
    kind: 'lstm',
    name,
    sourceIndex: layer.cell.op.sourceIndex,
    input: layer.input,
    directions: [
      {
        direction: 'forward',
        gates: { input: gate('input'), forget: gate('forget'), cell: gate('cell'), output: gate('output') },
        projection: null,
        hidden: null,
        outputState: pool.state(`${name} output state`, [batch, units]),
        cellState: pool.state(`${name} cell state`, [batch, units]),
        output: layer.cell.newHidden,
      },
    ],
    timeMajor: false,
    oneStep: true,
    cellClip: 0,
    projectionClip: 0,
  };
}

/** Inputs that are not the states of the layers alone: not all of an input is, or something else still reads it. */
function brokenStates({ shapes }: GraphView, layers: readonly UnrolledLayer[], rolled: Graph): Set<TensorId> {
  const states = layers.flatMap((layer) => layer.states);
  const stillRead = new Set([
    ...rolled.outputs,
    ...rolled.ops.flatMap((op) => opTensors(op).inputs.map(({ id }) => id)),
  ]);
  const inputs = new Set(states.map(({ input }) => input));
  return new Set(
    [...inputs].filter((input) => {
      const parts = states.filter((state) => state.input === input);
      const { output } = at(parts, 0);
      const positions = parts.flatMap((part) => part.positions);
      const elements = elementCount(at(shapes, input));
      const isPartition = positions.length === elements && new Set(positions).size === elements;
      const isOneOutput = parts.every((part) => part.output === output);
      const isItsOwn = states.every((state) => state.input === input || state.output !== output);
      return !isPartition || !isOneOutput || !isItsOwn || stillRead.has(input);
    }),
  );
}

function droppedStates({ graph }: GraphView, layers: readonly UnrolledLayer[]): DroppedState[] {
  const outputOf = new Map(
    layers.flatMap(({ states }) => states.map(({ input, output }) => [input, output] as const)),
  );
  return [...outputOf].map(([input, output]) => ({
    input: at(graph.tensors, input).name,
    output: at(graph.tensors, output).name,
  }));
}
