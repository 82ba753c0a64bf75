import { fromBinary } from '@bufbuild/protobuf';
import { ModelFormatError, UnsupportedModelError } from '../../errors';
import { checkEncoding } from './field-count';
import type { GraphProto } from './generated/octogate_onnx_pb';
import { ModelProtoSchema } from './generated/octogate_onnx_pb';

/** Versions of the standard operators whose meaning the readers know. */
const OPSETS = { first: 7, last: 24 } as const;

/** More nodes than any model has that is worth running, and few enough to think about each of them in a moment. */
const MAX_NODES = 4096;

/** What is read of a file. */
export interface OnnxFile {
  readonly graph: GraphProto;
  /** Version of the standard operators; some mean something else in older files. */
  readonly opset: number;
}

/**
 * The messages of an `.onnx` file. Elements of tensors stay views of the bytes.
 *
 * @throws ModelFormatError if the bytes are no ONNX model; UnsupportedModelError for operators of an unknown version.
 */
export function decodeModel(bytes: Uint8Array): OnnxFile {
  checkEncoding(ModelProtoSchema, bytes);
  const model = decode(bytes);
  const { graph } = model;
  if (graph === undefined) {
    throw new ModelFormatError('the file has no graph; pass the bytes of an .onnx file');
  }
  if (graph.node.length > MAX_NODES) {
    throw new ModelFormatError(
      `the graph has ${graph.node.length} nodes; at most ${MAX_NODES} are read, split the model`,
    );
  }
  const standard = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  const opset = Number(standard?.version ?? 0);
  if (opset >= OPSETS.first && opset <= OPSETS.last) return { graph, opset };
  const reason = `its operator set has version ${opset}; versions ${OPSETS.first} to ${OPSETS.last} are read, export the model with one of them`;
  throw new UnsupportedModelError([{ subject: 'the file', reason }]);
}

function decode(bytes: Uint8Array): ReturnType<typeof fromBinary<typeof ModelProtoSchema>> {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    throw new ModelFormatError('the file is not a well-formed ONNX model; get it again', { cause: error });
  }
}
