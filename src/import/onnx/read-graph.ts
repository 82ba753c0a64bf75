import { UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import { UnsupportedReasons } from '../../errors/unsupported-reasons';
import type { Graph, Tensor, TensorId } from '../../model';
import { MAX_RANK } from '../../model/validation/tensors';
import type { ImportNote } from '../import-note';
import { stateNote } from '../import-note';
import { prune } from '../rewrite/prune';
import type { OnnxFile } from './decode';
import { DynamicSizes } from './dynamic-sizes';
import type { DimensionSizes } from './dynamic-sizes';
import type { NodeProto, ValueInfoProto } from './generated/octogate_onnx_pb';
import { TensorProto_DataType as DataType } from './generated/octogate_onnx_pb';
import { GraphAssembler } from '../graph-assembler';
import { BrokenInput, NodeReader } from './node-reader';
import type { ReadContext } from './node-reader';
import { NODE_READERS } from './ops';
import { dataTypeName } from './read-elements';
import { SessionStates } from './session-states';
import { findStateInputs } from './state-inputs';
import type { StateValue, Value } from './value';
import { ValueTable } from './value-table';

/** A graph, and what it does otherwise than its file. */
export interface ReadModel {
  /** The model. */
  readonly graph: Graph;
  /** One per thing that is otherwise. */
  readonly notes: readonly ImportNote[];
}

/**
 * The graph of a file, and what became of its state inputs and outputs.
 *
 * @throws ModelFormatError at the first thing that is broken; UnsupportedModelError with everything that is not read.
 */
export function readGraph({ graph, opset }: OnnxFile, fileBytes: number, stated: DimensionSizes): ReadModel {
  const context: ReadContext = {
    opset,
    assembler: new GraphAssembler(fileBytes),
    values: new ValueTable(graph),
    states: new SessionStates(),
  };
  const reasons = new UnsupportedReasons();
  const sizes = new DynamicSizes(graph, stated);
  const inputs = readInputs(graph.input, findStateInputs(graph), context, sizes, reasons);
  for (const [index, node] of graph.node.entries()) readNode(node, index, context, reasons);
  const { outputs, notes } = readOutputs(graph.output, context, reasons);
  reasons.throwIfAny();
  const name = graph.name === '' ? 'main' : graph.name;
  const { tensors, ops } = context.assembler;
  return { graph: sizes.restate(prune({ name, tensors, ops, inputs, outputs })), notes };
}

function readInputs(
  infos: readonly ValueInfoProto[],
  stateInputs: ReadonlySet<string>,
  { assembler, values, states }: ReadContext,
  sizes: DynamicSizes,
  reasons: UnsupportedReasons,
): TensorId[] {
  const ids: TensorId[] = [];
  for (const info of infos) {
    const { name, type } = info;
    // Old files list their constants among the inputs.
    if (values.isInitializer(name)) continue;
    const subject = `input ${quoted(name)}`;
    const elementType = type?.tensorType?.elemType ?? DataType.UNDEFINED;
    const dtype = INPUT_TYPES.get(elementType);
    const shape = sizes.inputShape(info);
    if (type?.tensorType?.shape === undefined) {
      reasons.add(subject, 'its dimensions are not stated; export the model with them');
    } else if (shape.length > MAX_RANK) {
      reasons.add(subject, `it has ${shape.length} dimensions; at most ${MAX_RANK} are expected`);
    } else if (dtype === undefined) {
      const known = [...INPUT_TYPES.keys()].map(dataTypeName).join(', ');
      reasons.add(
        subject,
        `its elements are ${dataTypeName(elementType)}; ${known} are read, export the model with one of them`,
      );
    } else if (stateInputs.has(name)) {
      const numbers = states.numberInput(name, shape);
      const view = (): never => {
        throw new UnsupportedModelError([
          { subject, reason: 'it is the state of an LSTM and is used to compute something else, too' },
        ]);
      };
      values.define(name, { kind: 'state', origin: 'input', numbers, view }, subject);
      continue;
    } else {
      const id = assembler.input(name, shape, dtype);
      ids.push(id);
      values.define(name, { kind: 'activation', view: assembler.whole(id) }, subject);
      continue;
    }
    values.define(name, { kind: 'broken' }, subject);
  }
  return ids;
}

/** Positions of table rows are int32 in a graph, whatever their width in the file. */
const INPUT_TYPES: ReadonlyMap<DataType, Tensor['dtype']> = new Map([
  [DataType.FLOAT, 'float32'],
  [DataType.INT32, 'int32'],
  [DataType.INT64, 'int32'],
]);

function readNode(node: NodeProto, index: number, context: ReadContext, reasons: UnsupportedReasons): void {
  const reader = new NodeReader(node, index, context);
  const readOp = node.domain === '' || node.domain === 'ai.onnx' ? NODE_READERS.get(node.opType) : undefined;
  context.assembler.beginNode(index);
  if (readOp === undefined) {
    const domain = node.domain === '' ? '' : ` of domain ${quoted(node.domain)}`;
    reasons.add(reader.subject, `the operator${domain} is not supported; export the model without it`);
  } else {
    try {
      reasons.attempt(() => {
        readOp(reader);
        reader.requireAllMade();
      });
    } catch (error) {
      if (!(error instanceof BrokenInput)) throw error;
    }
  }
  for (const name of node.output) context.values.breakIfUndefined(name);
}

function readOutputs(
  infos: readonly ValueInfoProto[],
  context: ReadContext,
  reasons: UnsupportedReasons,
): { readonly outputs: TensorId[]; readonly notes: readonly ImportNote[] } {
  const { values, states } = context;
  const found = infos.map(({ name }) => ({ name, value: values.get(name, 'outputs of the model') }));
  const carried = found.flatMap(({ name, value }) =>
    value.kind === 'state' && value.origin === 'output' ? [{ name, numbers: value.numbers }] : [],
  );
  const pairs = states.pair(carried);
  // An output that was not read might have been the counterpart, or what is computed.
  const isWhole = !found.some(({ value }) => value.kind === 'broken');
  if (isWhole) states.requirePaired(pairs, reasons);
  const notes = pairs.map(({ input, output }) => stateNote(input, output));
  const paired = new Set(pairs.map(({ output }) => output));
  const outputs: TensorId[] = [];
  for (const { name, value } of found) {
    if (paired.has(name)) continue;
    if (value.kind === 'state' && isSpare(value, states)) {
      notes.push({
        subject: `output ${quoted(name)}`,
        note: 'it is the cell state after the last timestep, which saveState of a session gives',
      });
      continue;
    }
    outputs.push(...reasons.attempt(() => outputTensor(name, value, outputs, context)).flat());
  }
  if (isWhole && outputs.length === 0 && found.length > 0) {
    reasons.add(
      'outputs of the model',
      'they are LSTM state, all of them; let the model also return what it computes',
    );
  }
  return { outputs, notes };
}

/** A cell state that the model returns and does not take back. */
function isSpare({ origin, numbers }: StateValue, states: SessionStates): boolean {
  return origin === 'output' && states.holdsCellState(numbers);
}

function outputTensor(
  name: string,
  value: Value,
  others: readonly TensorId[],
  { assembler }: ReadContext,
): TensorId[] {
  if (value.kind === 'broken') return [];
  if (value.kind === 'constant') {
    throw new UnsupportedModelError([
      { subject: `output ${quoted(name)}`, reason: 'it is a constant; return computed values' },
    ]);
  }
  const id = assembler.materialize(value.kind === 'state' ? value.view() : value.view);
  return [assembler.nameOutput(id, name, others)];
}
