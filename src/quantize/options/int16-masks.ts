import type { Graph, Op, TensorId } from '../../model';
import { opTensors } from '../../model';
import { readersOf } from '../graph-queries';

/**
 * Masks that can be kept in 16 bits: a dense layer, the logistic function behind it, and moves behind that, up to the
 * model's outputs or to float ops.
 */
export interface Int16Masks {
  /** Ops with int16 outputs: dense layers and logistic functions. */
  readonly ops: ReadonlySet<Op>;
  /** Moves behind them, which are done on real numbers. */
  readonly moves: ReadonlySet<Op>;
}

/**
 * Finds the masks of a graph. Where something else reads the logits, or integers read the mask, 8 bits stay.
 *
 * @param float ops that stay in float.
 */
export function int16Masks(graph: Graph, float: ReadonlySet<Op>): Int16Masks {
  const ops = new Set<Op>();
  const moves = new Set<Op>();
  for (const dense of graph.ops) {
    if (dense.kind !== 'fullyConnected' || dense.activation !== 'none' || float.has(dense)) continue;
    const readers = readersOf(graph, dense.output);
    const [logistic] = readers;
    if (readers.length !== 1 || logistic?.kind !== 'logistic' || float.has(logistic)) continue;
    if (graph.outputs.includes(dense.output)) continue;
    const behind = movesBehind(graph, logistic.output, float);
    if (behind === null) continue;
    ops.add(dense).add(logistic);
    for (const move of behind) moves.add(move);
  }
  return { ops, moves };
}

/** The moves between a value and what takes it as a real number; null if something takes it as an integer. */
function movesBehind(graph: Graph, id: TensorId, float: ReadonlySet<Op>): Op[] | null {
  const found: Op[] = [];
  for (const reader of readersOf(graph, id)) {
    if (float.has(reader)) continue;
    if (!isMove(reader)) return null;
    const further = opTensors(reader).outputs.map((output) => movesBehind(graph, output.id, float));
    for (const moves of further) {
      if (moves === null) return null;
      found.push(...moves);
    }
    found.push(reader);
  }
  return found;
}

function isMove({ kind }: Op): boolean {
  return kind === 'reshape' || kind === 'slice' || kind === 'transpose' || kind === 'split';
}
