import { ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';
import { UnsupportedReasons } from '../../errors/unsupported-reasons';
import type { Graph, Op } from '../../model';
import { ConstantBuffers } from './constant-buffers';
import type { Model } from './generated/model';
import type { Operator } from './generated/operator';
import type { SubGraph } from './generated/sub-graph';
import { OperatorReader } from './operator-reader';
import { operatorCode } from './ops/operator-code';
import type { Vocabulary } from './ops/vocabulary';
import { TensorTable } from './tensor-table';
import { readVector } from './vectors';

/** More ops than any model has that is worth running, and few enough to think about each of them in a moment. */
const MAX_OPS = 4096;
const MAX_SUBGRAPHS = 256;
/** Ops of one kind that a message shows the numbers of. */
const MOST_NUMBERED = 4;

/**
 * The graph as the file states it, whatever its number types; nothing is judged but what reading itself needs.
 *
 * @param vocabulary of the ops that are read
 * @throws ModelFormatError at the first thing that is broken; UnsupportedModelError with everything that is not read.
 */
export function readGraph(model: Model, fileBytes: number, vocabulary: Vocabulary): Graph {
  const subgraph = model.subgraphsLength() === 0 ? null : model.subgraphs(0);
  if (subgraph === null) throw new ModelFormatError('the file has no subgraph; convert the model again');
  requireAtMost(MAX_SUBGRAPHS, model.subgraphsLength(), 'subgraphs');
  requireAtMost(MAX_OPS, subgraph.operatorsLength(), 'ops');
  const reasons = new UnsupportedReasons();
  refuseOtherSubgraphs(model, reasons);
  refuseUnknownOps(model, subgraph, vocabulary, reasons);
  const buffers = new ConstantBuffers(model, fileBytes);
  const tensors = new TensorTable(subgraph, buffers);
  const inputs = readVector(subgraph.inputsLength(), (slot) => subgraph.inputs(slot)).flatMap((index) =>
    reasons.attempt(() => tensors.use(index, 'inputs of the model')),
  );
  const ops = readVector(subgraph.operatorsLength(), (index) => subgraph.operators(index)).flatMap(
    (operator, index) =>
      reasons.attempt(() => readOperator(model, operator, index, tensors, vocabulary)).flat(),
  );
  const outputs = readVector(subgraph.outputsLength(), (slot) => subgraph.outputs(slot)).flatMap((index) =>
    reasons.attempt(() => tensors.use(index, 'outputs of the model')),
  );
  reasons.throwIfAny();
  const name = subgraph.name();
  const graph = {
    name: name === null || name === '' ? 'main' : name,
    tensors: tensors.tensors,
    ops,
    inputs,
    outputs,
  };
  return vocabulary.restore(graph, model, buffers);
}

function requireAtMost(limit: number, found: number, things: string): void {
  if (found <= limit) return;
  throw new ModelFormatError(`the file has ${found} ${things}; at most ${limit} are read, split the model`);
}

function refuseOtherSubgraphs(model: Model, reasons: UnsupportedReasons): void {
  const others = readVector(model.subgraphsLength(), (index) => model.subgraphs(index)).slice(1);
  for (const [index, subgraph] of others.entries()) {
    reasons.add(
      `subgraph ${index + 1} ${quoted(subgraph.name() ?? '')}`,
      'a model of one subgraph is expected; export the model without control flow',
    );
  }
}

/** Ops that are not read, by kind: an unrolled network has hundreds of a few kinds. */
function refuseUnknownOps(
  model: Model,
  subgraph: SubGraph,
  vocabulary: Vocabulary,
  reasons: UnsupportedReasons,
): void {
  const unknown = new Map<string, number[]>();
  const operators = readVector(subgraph.operatorsLength(), (index) => subgraph.operators(index));
  for (const [index, operator] of operators.entries()) {
    const { code, name } = kindOf(model, operator, index, vocabulary);
    if (vocabulary.readers.has(code)) continue;
    const indices = unknown.get(name);
    if (indices === undefined) unknown.set(name, [index]);
    else indices.push(index);
  }
  for (const [name, indices] of unknown) {
    reasons.add(`${opNumbers(indices)} ${name}`, 'is not supported; export the model without it');
  }
}

/** `op 3`, `ops 3, 5`, `ops 3, 5, 7, 9 and 20 more` */
function opNumbers(indices: readonly number[]): string {
  const shown = indices.slice(0, MOST_NUMBERED).join(', ');
  const rest = indices.length - MOST_NUMBERED;
  return `${indices.length === 1 ? 'op' : 'ops'} ${shown}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** The ops of the graph that an op of the file becomes: none if it is not read, of which the caller was told. */
function readOperator(
  model: Model,
  operator: Operator,
  index: number,
  tensors: TensorTable,
  vocabulary: Vocabulary,
): readonly Op[] {
  const { code, name } = kindOf(model, operator, index, vocabulary);
  const reader = new OperatorReader(operator, tensors, index, `op ${index} ${name}`);
  const readOp = vocabulary.readers.get(code);
  return readOp === undefined ? [] : [readOp(reader)].flat();
}

/** What an op is. */
function kindOf(
  model: Model,
  operator: Operator,
  index: number,
  { nameOf }: Vocabulary,
): { readonly code: number; readonly name: string } {
  const codeIndex = operator.opcodeIndex();
  const entry = codeIndex < model.operatorCodesLength() ? model.operatorCodes(codeIndex) : null;
  if (entry === null) {
    throw new ModelFormatError(
      `op ${index}: refers to operator code ${codeIndex}, the file has ${model.operatorCodesLength()}; ` +
        'it is damaged, get it again',
    );
  }
  const code = operatorCode(entry);
  const name = nameOf(code);
  return { code, name: name === 'CUSTOM' ? `CUSTOM ${quoted(entry.customCode() ?? '')}` : name };
}
