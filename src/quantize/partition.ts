import { QuantizationError } from '../errors';
import { isIntegerOperation, opTensors } from '../model';
import type { Graph, Op, TensorId } from '../model';
import { makerOf, readersOf } from './graph-queries';

/**
 * Which ops stay in float32: those without an integer form, those that the caller keeps, and what lies between or behind
 * them, so that values cross the border as rarely as possible:
 *
 * - what takes a value that is real anyway, because a float op makes it or reads it as the model's input, stays so up to
 *   the next layer (an op with weights);
 * - sums, averages and moves that only float ops read are done in float, with one border before them instead of several
 *   behind. An activation belongs to the layer before it and is no such op.
 *
 * @param keepFloat names of ops that the caller keeps.
 * @throws QuantizationError naming an op that is kept but does not exist, or is an LSTM: it runs in integers only.
 */
export function floatOps(graph: Graph, keepFloat: readonly string[]): ReadonlySet<Op> {
  const float = new Set<Op>(graph.ops.filter((op) => isFloatOnly(op)));
  for (const name of keepFloat) float.add(keptOp(graph, name));
  const isMadeInFloat = (id: TensorId): boolean => {
    const maker = makerOf(graph, id);
    if (maker !== null) return float.has(maker);
    return graph.inputs.includes(id) && readersOf(graph, id).some((reader) => float.has(reader));
  };
  const feedsFloatOnly = (op: Op): boolean => {
    const outputs = opTensors(op).outputs.map(({ id }) => id);
    if (outputs.some((id) => graph.outputs.includes(id))) return false;
    const readers = outputs.flatMap((id) => readersOf(graph, id));
    return readers.length > 0 && readers.every((reader) => float.has(reader));
  };
  for (let before = -1; before < float.size;) {
    before = float.size;
    for (const op of graph.ops) {
      if (!isLayer(op) && opTensors(op).inputs.some(({ id }) => isMadeInFloat(id))) float.add(op);
    }
    for (const op of graph.ops.toReversed()) if (isGlue(op) && feedsFloatOnly(op)) float.add(op);
  }
  return float;
}

/** Whether a value crosses from real numbers into integers where integer ops read it. */
export function comesFromOutside(graph: Graph, id: TensorId, keepFloat: readonly string[]): boolean {
  const maker = makerOf(graph, id);
  return maker === null ? graph.inputs.includes(id) : floatOps(graph, keepFloat).has(maker);
}

function keptOp(graph: Graph, name: string): Op {
  const op = graph.ops.find((candidate) => candidate.name === name);
  if (op === undefined) {
    const names = graph.ops.map((candidate) => candidate.name).join(', ');
    throw new QuantizationError(name, `cannot be kept in float: the graph has no such op; it has ${names}`);
  }
  if (op.kind === 'lstm') {
    throw new QuantizationError(
      name,
      'cannot be kept in float: LSTM layers run in integers only; keep the dense layers around it, or see what its ' +
        'sensitivity says',
    );
  }
  return op;
}

function isFloatOnly(op: Op): boolean {
  return op.kind === 'floatUnary' || (op.kind === 'binary' && !isIntegerOperation(op.operation));
}

function isLayer(op: Op): boolean {
  switch (op.kind) {
    case 'lstm':
    case 'fullyConnected':
    case 'conv2d':
    case 'depthwiseConv2d':
      return true;
    default:
      return false;
  }
}

/** Arithmetic and moves that belong to no layer. */
function isGlue(op: Op): boolean {
  switch (op.kind) {
    case 'binary':
    case 'mean':
    case 'reshape':
    case 'split':
    case 'slice':
    case 'transpose':
    case 'reverse':
    case 'concatenation':
    case 'pad':
      return true;
    default:
      return false;
  }
}
