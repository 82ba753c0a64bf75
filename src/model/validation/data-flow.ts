import { at, ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Graph } from '../graph';
import type { TensorUse } from '../op-tensors';
import { opTensors } from '../op-tensors';
import type { Op } from '../ops';
import type { TensorId } from '../tensor';

/**
 * Who makes what, and when: tensors exist, ops stand in execution order, every value has exactly one producer (a
 * constant, the caller, or one op), and every state belongs to one op.
 *
 * @throws ModelFormatError naming op, role and tensor; UnsupportedModelError for an LSTM whose state the caller is to feed.
 */
export function validateDataFlow(graph: Graph): void {
  const available = new Set<TensorId>();
  const states = new Map<TensorId, Op>();
  for (const [id, tensor] of graph.tensors.entries()) {
    if (tensor.data !== null) available.add(id as TensorId);
  }
  for (const id of graph.inputs) {
    requireTensor(graph, id, 'inputs of the model');
    const { data, isVariable } = at(graph.tensors, id);
    if (data !== null || isVariable || available.has(id)) {
      throw new ModelFormatError(
        `inputs of the model: ${label(graph, id)} is a constant, a state, or listed twice; a value to feed is expected, convert the model again`,
      );
    }
    available.add(id);
  }
  requireUniqueNames(graph.ops);
  for (const op of graph.ops) {
    const { inputs, weights, states: opStates, outputs } = opTensors(op);
    for (const use of [...inputs, ...weights]) requireAvailable(graph, op, use, available);
    for (const use of opStates) claimState(graph, op, use, states);
    for (const use of outputs) produce(graph, op, use, available);
  }
  if (graph.outputs.length === 0) {
    throw new ModelFormatError('outputs of the model: there is none; mark what the model is to return');
  }
  for (const id of graph.outputs) {
    requireTensor(graph, id, 'outputs of the model');
    if (!available.has(id)) {
      throw new ModelFormatError(
        `outputs of the model: no op makes ${label(graph, id)}; convert the model again`,
      );
    }
  }
}

function requireUniqueNames(ops: readonly Op[]): void {
  const names = new Set<string>();
  for (const { name } of ops) {
    if (names.has(name)) throw new ModelFormatError(`op ${name}: another op has the same name`);
    names.add(name);
  }
}

function requireAvailable(
  graph: Graph,
  op: Op,
  { id, role }: TensorUse,
  available: ReadonlySet<TensorId>,
): void {
  requireTensor(graph, id, `${op.name}, ${role}`);
  if (available.has(id)) return;
  throw new ModelFormatError(
    `${op.name}: no earlier op makes its ${role} ${label(graph, id)}; ops must stand in execution order, convert the model again`,
  );
}

function claimState(graph: Graph, op: Op, { id, role }: TensorUse, owners: Map<TensorId, Op>): void {
  requireTensor(graph, id, `${op.name}, ${role}`);
  if (graph.inputs.includes(id)) {
    const reason =
      `its ${role} ${label(graph, id)} is an input of the model, and the op does not give the new one back; ` +
      'convert the layer as stateful, and carry its state with saveState and loadState of a session';
    throw new UnsupportedModelError([{ subject: op.name, reason }]);
  }
  if (!at(graph.tensors, id).isVariable) {
    throw new ModelFormatError(
      `${op.name}: its ${role} ${label(graph, id)} is not a variable tensor; convert the model as stateful`,
    );
  }
  const owner = owners.get(id);
  if (owner !== undefined) {
    throw new ModelFormatError(
      `${op.name}: its ${role} ${label(graph, id)} belongs to ${owner.name}; every state has one op, convert the model again`,
    );
  }
  owners.set(id, op);
}

function produce(graph: Graph, op: Op, { id, role }: TensorUse, available: Set<TensorId>): void {
  requireTensor(graph, id, `${op.name}, ${role}`);
  if (available.has(id) || at(graph.tensors, id).isVariable) {
    throw new ModelFormatError(
      `${op.name}: writes ${label(graph, id)}, which is a constant, an input, a state, or another op's output; convert the model again`,
    );
  }
  available.add(id);
}

function requireTensor(graph: Graph, id: TensorId, user: string): void {
  if (id in graph.tensors) return;
  throw new ModelFormatError(`${user}: there is no tensor ${id} among ${graph.tensors.length}`);
}

function label(graph: Graph, id: TensorId): string {
  return quoted(at(graph.tensors, id).name);
}
