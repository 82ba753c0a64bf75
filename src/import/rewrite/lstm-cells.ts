import { at } from '../../errors';
import type { GateName, Op, TensorId } from '../../model';
import type { GraphView } from './graph-view';
import { sameShape } from './graph-view';
import type { LinearSum } from './linear-sums';
import { findLinearSums } from './linear-sums';

/** One timestep of an LSTM as elementary ops: `c' = f c + i g`, `h' = o tanh(c')`. Paper, equations 1 to 6. */
export interface LstmCell {
  /** The op that makes the new hidden state. */
  readonly op: Op;
  readonly newHidden: TensorId;
  readonly newCell: TensorId;
  /** What stands in the place of the cell state before this step. */
  readonly oldCell: TensorId;
  /** Sums that go into the gates' logistic functions and the cell gate's tanh. */
  readonly gates: Readonly<Record<GateName, LinearSum>>;
}

/** Everything in the graph that has the form of an LSTM cell, in any order of gates and operands, in execution order. */
export function findLstmCells(view: GraphView): LstmCell[] {
  const sums = findLinearSums(view);
  return view.graph.ops.flatMap((op) => matchCell(op, view, sums) ?? []);
}

function matchCell(op: Op, view: GraphView, sums: ReadonlyMap<TensorId, LinearSum>): LstmCell | null {
  const hidden = operandsOf(op, 'multiply', view);
  if (hidden === null || op.kind !== 'binary' || at(view.shapes, op.output).length !== 2) return null;
  for (const [gate, squashed] of bothWays(hidden)) {
    const outputSum = argumentOf(gate, 'logistic', view);
    const newCell = argumentOf(squashed, 'tanh', view);
    const cellOp = newCell === null ? undefined : view.producers.get(newCell);
    const parts = cellOp === undefined ? null : operandsOf(cellOp, 'add', view);
    if (outputSum === null || newCell === null || parts === null) continue;
    for (const [kept, added] of bothWays(parts)) {
      const update = matchUpdate(kept, added, view);
      if (update === null) continue;
      const [input, forget, cell, output] = [update.input, update.forget, update.candidate, outputSum].map(
        (id) => sums.get(id),
      );
      if (!input || !forget || !cell || !output) continue;
      const { oldCell } = update;
      const tensors = [newCell, oldCell, update.input, update.forget, update.candidate, outputSum];
      if (!tensors.every((id) => sameShape(at(view.shapes, id), at(view.shapes, op.output)))) continue;
      return { op, newHidden: op.output, newCell, oldCell, gates: { input, forget, cell, output } };
    }
  }
  return null;
}

interface CellUpdate {
  readonly oldCell: TensorId;
  readonly forget: TensorId;
  readonly input: TensorId;
  readonly candidate: TensorId;
}

/** `kept = logistic(forget) oldCell` and `added = logistic(input) tanh(candidate)` */
function matchUpdate(kept: TensorId, added: TensorId, view: GraphView): CellUpdate | null {
  const [keptFactors, addedFactors] = [kept, added].map((id) => {
    const op = view.producers.get(id);
    return op === undefined ? null : operandsOf(op, 'multiply', view);
  });
  if (!keptFactors || !addedFactors) return null;
  for (const [inputGate, squashed] of bothWays(addedFactors)) {
    const input = argumentOf(inputGate, 'logistic', view);
    const candidate = argumentOf(squashed, 'tanh', view);
    if (input === null || candidate === null) continue;
    for (const [forgetGate, oldCell] of bothWays(keptFactors)) {
      const forget = argumentOf(forgetGate, 'logistic', view);
      // A logistic on both sides leaves open which one is the state; no state is made by one.
      if (forget !== null && argumentOf(oldCell, 'logistic', view) === null) {
        return { oldCell, forget, input, candidate };
      }
    }
  }
  return null;
}

/** Operands of a float sum or product without fused activation. */
function operandsOf(
  op: Op,
  operation: 'add' | 'multiply',
  { graph }: GraphView,
): readonly [TensorId, TensorId] | null {
  if (op.kind !== 'binary' || op.operation !== operation || op.activation !== 'none') return null;
  return at(graph.tensors, op.output).dtype === 'float32' ? [op.left, op.right] : null;
}

function argumentOf(id: TensorId, kind: 'logistic' | 'tanh', { producers }: GraphView): TensorId | null {
  const op = producers.get(id);
  return op?.kind === kind ? op.input : null;
}

function bothWays<T>([a, b]: readonly [T, T]): readonly (readonly [T, T])[] {
  return [
    [a, b],
    [b, a],
  ];
}
