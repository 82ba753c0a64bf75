import { at, ModelFormatError, unreachable } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Graph } from '../graph';
import { canAdvanceTogether } from '../lstm-structure';
import { directionPrefix } from '../op-tensors';
import type { FullyConnectedOp, LstmDirection, LstmOp, Op } from '../ops';
import { GATES } from '../ops';
import type { CommonOp } from '../rules/common';
import type { TensorId } from '../tensor';

/** `validateOpStructure` of the kinds that most models have. */
export function validateCommonOp(op: CommonOp, graph: Graph): void {
  switch (op.kind) {
    case 'lstm':
      validateLstm(op, graph);
      return;
    case 'fullyConnected':
      validateFullyConnected(op, graph);
      return;
    case 'softmax':
      if (Number.isFinite(op.beta) && op.beta > 0) return;
      throw new ModelFormatError(
        `${op.name}: beta is ${op.beta}; a positive number is expected, convert the model again`,
      );
    case 'logistic':
    case 'tanh':
    case 'quantize':
    case 'dequantize':
      return;
    default:
      unreachable(op);
  }
}

function validateFullyConnected(op: FullyConnectedOp, graph: Graph): void {
  const [outputs] = requireMatrix(graph, op, 'weights', op.weights);
  requireShape(graph, op, 'bias', op.bias, [outputs]);
}

function validateLstm(op: LstmOp, graph: Graph): void {
  for (const [name, clip] of Object.entries({ cell: op.cellClip, projection: op.projectionClip })) {
    if (Number.isFinite(clip) && clip >= 0) continue;
    throw new ModelFormatError(
      `${op.name}: its ${name} clip is ${clip}; a positive number, or 0 for none, is expected, convert the model again`,
    );
  }
  for (const direction of op.directions) validateDirection(op, direction, graph);
  const [first, second] = op.directions;
  if (second === undefined || canAdvanceTogether(graph.tensors, first, second)) return;
  throw new ModelFormatError(
    `${op.name}: its directions differ in size or options; make them two ops, each with one direction`,
  );
}

function validateDirection(op: LstmOp, direction: LstmDirection, graph: Graph): void {
  const { gates, projection, outputState, cellState } = direction;
  const prefix = directionPrefix(op.directions, direction);
  const [units, features] = requireMatrix(
    graph,
    op,
    `${prefix}forget gate input weights`,
    gates.forget.inputWeights,
  );
  const [, outputs] = requireMatrix(
    graph,
    op,
    `${prefix}forget gate recurrent weights`,
    gates.forget.recurrentWeights,
  );
  for (const name of GATES) {
    const gate = gates[name];
    if (gate === null) continue;
    requireShape(graph, op, `${prefix}${name} gate input weights`, gate.inputWeights, [units, features]);
    requireShape(graph, op, `${prefix}${name} gate recurrent weights`, gate.recurrentWeights, [
      units,
      outputs,
    ]);
    requireShape(graph, op, `${prefix}${name} gate peephole weights`, gate.peephole, [units]);
    requireShape(graph, op, `${prefix}${name} gate bias`, gate.bias, [units]);
    requireShape(graph, op, `${prefix}${name} gate layer-norm coefficients`, gate.layerNorm, [units]);
  }
  requireAllOrNone(op, direction, 'layerNorm', 'layer-norm coefficients');
  requireAllOrNone(op, direction, 'peephole', 'peephole weights');
  if (projection === null) {
    requireShape(graph, op, `${prefix}forget gate recurrent weights`, gates.forget.recurrentWeights, [
      units,
      units,
    ]);
  } else {
    requireShape(graph, op, `${prefix}projection weights`, projection.weights, [outputs, units]);
    requireShape(graph, op, `${prefix}projection bias`, projection.bias, [outputs]);
  }
  const [batch] = requireMatrix(graph, op, `${prefix}output state`, outputState);
  requireShape(graph, op, `${prefix}output state`, outputState, [batch, outputs]);
  requireShape(graph, op, `${prefix}cell state`, cellState, [batch, units]);
}

/** Gates are normalised, and see the cell state, together or not at all; the cell gate never has a peephole. */
function requireAllOrNone(
  op: LstmOp,
  { gates }: LstmDirection,
  key: 'layerNorm' | 'peephole',
  role: string,
): void {
  const concerned = GATES.filter((name) => gates[name] !== null && !(key === 'peephole' && name === 'cell'));
  const holders = concerned.filter((name) => (gates[name]?.[key] ?? null) !== null);
  if (key === 'peephole' && gates.cell.peephole !== null) {
    throw new ModelFormatError(
      `${op.name}: its cell gate has ${role}; the other gates alone have them, convert the model again`,
    );
  }
  if (holders.length === 0 || holders.length === concerned.length) return;
  const missing = concerned.filter((name) => !holders.includes(name)).join(', ');
  throw new ModelFormatError(
    `${op.name}: ${role} found on the gates ${holders.join(', ')}, missing on ${missing}; all or none expected, convert the model again`,
  );
}

function requireMatrix(graph: Graph, op: Op, role: string, id: TensorId): [rows: number, columns: number] {
  const { name, shape } = at(graph.tensors, id);
  const [rows, columns] = shape;
  if (shape.length === 2 && rows !== undefined && columns !== undefined) return [rows, columns];
  throw new ModelFormatError(
    `${op.name}: its ${role} ${quoted(name)}: shape [${shape.join(', ')}] found, two dimensions expected; convert the model again`,
  );
}

export function requireShape(
  graph: Graph,
  op: Op,
  role: string,
  id: TensorId | null,
  expected: readonly number[],
): void {
  if (id === null) return;
  const { name, shape } = at(graph.tensors, id);
  if (shape.length === expected.length && shape.every((size, axis) => size === expected[axis])) return;
  throw new ModelFormatError(
    `${op.name}: its ${role} ${quoted(name)}: shape [${shape.join(', ')}] found, ` +
      `[${expected.join(', ')}] expected; convert the model again`,
  );
}
