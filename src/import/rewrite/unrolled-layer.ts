import { at } from '../../errors';
import type { GateName, TensorId } from '../../model';
import type { Feedback, FeedbackFinder } from './feedback';
import type { GraphView } from './graph-view';
import { sameShape } from './graph-view';
import type { LinearSum, LinearTerm } from './linear-sums';
import type { LstmCell } from './lstm-cells';

/** An LSTM cell whose state the caller carries from call to call: one timestep of a layer. */
export interface UnrolledLayer {
  readonly cell: LstmCell;
  /** What the input side's products take, `[batch, features]`. */
  readonly input: TensorId;
  readonly gates: Readonly<Record<GateName, GateParts>>;
  /** Hidden and cell state. */
  readonly states: readonly Feedback[];
}

/** `W x + R h + b` of one gate. */
interface GateParts {
  readonly inputTerm: LinearTerm;
  readonly recurrentTerm: LinearTerm;
  readonly biases: LinearSum['biases'];
}

/**
 * The layer that a cell is a step of: its cell state is fed back, and of the two products in each gate's sum one is of
 * the hidden state, fed back as well, and the other of the layer's input. Null if that is not so.
 */
export function matchLayer(cell: LstmCell, view: GraphView, finder: FeedbackFinder): UnrolledLayer | null {
  const cellState = finder.find(cell.oldCell, cell.newCell);
  const [first, second] = cell.gates.forget.terms;
  if (cellState === null || first === undefined || second === undefined) return null;
  for (const [{ input }, { input: oldHidden }] of [
    [first, second],
    [second, first],
  ] as const) {
    if (!sameShape(at(view.shapes, oldHidden), at(view.shapes, cell.newHidden))) continue;
    const hidden = finder.find(oldHidden, cell.newHidden);
    if (hidden === null) continue;
    const [i, f, g, o] = (['input', 'forget', 'cell', 'output'] as const).map((name) =>
      gateParts(cell.gates[name], input, oldHidden),
    );
    if (i && f && g && o) {
      return {
        cell,
        input,
        gates: { input: i, forget: f, cell: g, output: o },
        states: [hidden, cellState],
      };
    }
  }
  return null;
}

function gateParts({ terms, biases }: LinearSum, input: TensorId, oldHidden: TensorId): GateParts | null {
  const [first, second, ...others] = terms;
  if (first === undefined || second === undefined || others.length > 0) return null;
  for (const [inputTerm, recurrentTerm] of [
    [first, second],
    [second, first],
  ] as const) {
    if (inputTerm.input === input && recurrentTerm.input === oldHidden) {
      return { inputTerm, recurrentTerm, biases };
    }
  }
  return null;
}
