import { at } from '../errors';
import type { Graph, LstmDirection, LstmOp, Op, TensorId } from '../model';
import { canAdvanceTogether, opTensors } from '../model';

/**
 * Finds what converters write for a bidirectional layer (a second LSTM between two REVERSE_V2 along time) and makes it the
 * layer's reverse direction, so that both directions advance in the same dispatches. Bits stay the same; with rows of
 * different lengths each row is reversed within its own.
 */
export function fuseBidirectional(graph: Graph): Graph {
  return pairDirections(removeUnusedReversals(absorbReversals(graph)));
}

/** REVERSE_V2, LSTM, REVERSE_V2 along time is an LSTM that starts at the end. */
function absorbReversals(graph: Graph): Graph {
  const absorbed = new Set<Op>();
  const ops = graph.ops.map((op) => {
    if (op.kind !== 'lstm' || !isForwardSequence(op)) return op;
    const [direction] = op.directions;
    const before = graph.ops.find((other) => opOutputs(other).includes(op.input));
    const readers = graph.ops.filter((other) => opInputs(other).includes(direction.output));
    const after = readers[0];
    const isOnlyReader = readers.length === 1 && !graph.outputs.includes(direction.output);
    if (!isOnlyReader || !reversesTime(before, op) || !reversesTime(after, op)) return op;
    absorbed.add(after);
    const reversed: LstmDirection = { ...direction, direction: 'reverse', output: after.output };
    return { ...op, input: before.input, directions: [reversed] as const };
  });
  return { ...graph, ops: ops.filter((op) => !absorbed.has(op)) };
}

function removeUnusedReversals(graph: Graph): Graph {
  const read = new Set<TensorId>([...graph.outputs, ...graph.ops.flatMap(opInputs)]);
  return { ...graph, ops: graph.ops.filter((op) => op.kind !== 'reverse' || read.has(op.output)) };
}

/** A forward and a reverse layer over the same input, alike but for their weights, are one layer. */
function pairDirections(graph: Graph): Graph {
  const paired = new Set<Op>();
  const ops = graph.ops.map((op, index) => {
    if (op.kind !== 'lstm' || paired.has(op)) return op;
    const partner = graph.ops
      .slice(index + 1)
      .find(
        (other): other is LstmOp => other.kind === 'lstm' && !paired.has(other) && canPair(graph, op, other),
      );
    if (partner === undefined) return op;
    paired.add(partner);
    return { ...op, directions: [at(op.directions, 0), at(partner.directions, 0)] as const };
  });
  return { ...graph, ops: ops.filter((op) => !paired.has(op)) };
}

function isForwardSequence(op: LstmOp): boolean {
  return !op.oneStep && op.directions.length === 1 && op.directions[0].direction === 'forward';
}

function reversesTime(op: Op | undefined, { timeMajor }: LstmOp): op is Extract<Op, { kind: 'reverse' }> {
  return op?.kind === 'reverse' && op.axes.length === 1 && op.axes[0] === (timeMajor ? 0 : 1);
}

function canPair(graph: Graph, a: LstmOp, b: LstmOp): boolean {
  const isAlike =
    a.input === b.input &&
    !a.oneStep &&
    !b.oneStep &&
    a.timeMajor === b.timeMajor &&
    a.cellClip === b.cellClip &&
    a.projectionClip === b.projectionClip;
  if (!isAlike || a.directions.length + b.directions.length !== 2) return false;
  const [first, second] = [a.directions[0], at(b.directions, 0)];
  return first.direction !== second.direction && canAdvanceTogether(graph.tensors, first, second);
}

function opInputs(op: Op): TensorId[] {
  return opTensors(op).inputs.map(({ id }) => id);
}

function opOutputs(op: Op): TensorId[] {
  return opTensors(op).outputs.map(({ id }) => id);
}
