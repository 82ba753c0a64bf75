import { Builder } from 'flatbuffers';
import type { Offset } from 'flatbuffers';
import { UnsupportedReasons } from '../../errors/unsupported-reasons';
import { addBuffer, addName, endMetadata, startMetadata } from '../../import/tflite/generated/metadata';
import * as ModelFields from '../../import/tflite/generated/model';
import * as OperatorFields from '../../import/tflite/generated/operator';
import * as SubGraphFields from '../../import/tflite/generated/sub-graph';
import type { Graph } from '../../model';
import { BufferList } from './buffer-list';
import { OperatorCodeList } from './operator-code-list';
import { writeOp } from './ops';
import { TensorList } from './tensor-list';
import type { WrittenOperator } from './written-operator';

const SCHEMA_VERSION = 3;

export interface FileOptions {
  /** Free text about the model. */
  readonly description?: string;
  /** Named attachments, written in this order; readers that do not know a name skip it. */
  readonly metadata?: Readonly<Record<string, Uint8Array>>;
}

/**
 * The graph as a file, without judging it.
 *
 * @throws UnsupportedModelError naming every op that is not written.
 */
export function writeModel(
  graph: Graph,
  { description, metadata = {} }: FileOptions,
): Uint8Array<ArrayBuffer> {
  const builder = new Builder(initialBytes(graph));
  const buffers = new BufferList(builder);
  const tensors = new TensorList(builder, buffers);
  const codes = new OperatorCodeList(builder);
  for (const tensor of graph.tensors) tensors.add(tensor);
  const reasons = new UnsupportedReasons();
  const operators = graph.ops.flatMap((op) =>
    reasons.attempt(() => writeOperator(builder, writeOp(op, { graph, builder, tensors }), codes)),
  );
  reasons.throwIfAny();
  const subgraph = writeSubgraph(builder, graph, operators, tensors);
  const attachments = Object.entries(metadata).map(([name, bytes]) =>
    writeMetadata(builder, name, buffers.add(bytes)),
  );
  const subgraphVector = ModelFields.createSubgraphsVector(builder, [subgraph]);
  const metadataVector =
    attachments.length === 0 ? null : ModelFields.createMetadataVector(builder, attachments);
  const descriptionOffset = description === undefined ? null : builder.createString(description);
  const codeVector = codes.finish();
  const bufferVector = buffers.finish();
  ModelFields.startModel(builder);
  ModelFields.addVersion(builder, SCHEMA_VERSION);
  ModelFields.addOperatorCodes(builder, codeVector);
  ModelFields.addSubgraphs(builder, subgraphVector);
  if (descriptionOffset !== null) ModelFields.addDescription(builder, descriptionOffset);
  ModelFields.addBuffers(builder, bufferVector);
  if (metadataVector !== null) ModelFields.addMetadata(builder, metadataVector);
  ModelFields.finishModelBuffer(builder, ModelFields.endModel(builder));
  return new Uint8Array(builder.asUint8Array());
}

/** Room for the constants and about as much as the rest takes; the builder grows if it must. */
function initialBytes({ tensors }: Graph): number {
  const bytesPerTensor = 256;
  return tensors.reduce((sum, { data }) => sum + (data?.byteLength ?? 0) + bytesPerTensor, 1024);
}

function writeOperator(builder: Builder, written: WrittenOperator, codes: OperatorCodeList): Offset {
  const codeIndex = codes.indexOf(written.operator, written.version);
  const inputs = OperatorFields.createInputsVector(builder, [...written.inputs]);
  const outputs = OperatorFields.createOutputsVector(builder, [...written.outputs]);
  const intermediates =
    written.intermediates === undefined
      ? null
      : OperatorFields.createIntermediatesVector(builder, [...written.intermediates]);
  OperatorFields.startOperator(builder);
  OperatorFields.addOpcodeIndex(builder, codeIndex);
  OperatorFields.addInputs(builder, inputs);
  OperatorFields.addOutputs(builder, outputs);
  if (written.options !== undefined) {
    OperatorFields.addBuiltinOptionsType(builder, written.options.type);
    OperatorFields.addBuiltinOptions(builder, written.options.offset);
  }
  if (intermediates !== null) OperatorFields.addIntermediates(builder, intermediates);
  return OperatorFields.endOperator(builder);
}

function writeSubgraph(
  builder: Builder,
  graph: Graph,
  operators: readonly Offset[],
  tensors: TensorList,
): Offset {
  const tensorVector = tensors.finish();
  const inputs = SubGraphFields.createInputsVector(builder, [...graph.inputs]);
  const outputs = SubGraphFields.createOutputsVector(builder, [...graph.outputs]);
  const operatorVector = SubGraphFields.createOperatorsVector(builder, [...operators]);
  const name = builder.createString(graph.name);
  SubGraphFields.startSubGraph(builder);
  SubGraphFields.addTensors(builder, tensorVector);
  SubGraphFields.addInputs(builder, inputs);
  SubGraphFields.addOutputs(builder, outputs);
  SubGraphFields.addOperators(builder, operatorVector);
  SubGraphFields.addName(builder, name);
  return SubGraphFields.endSubGraph(builder);
}

function writeMetadata(builder: Builder, name: string, buffer: number): Offset {
  const nameOffset = builder.createString(name);
  startMetadata(builder);
  addName(builder, nameOffset);
  addBuffer(builder, buffer);
  return endMetadata(builder);
}
