/**
 * Writes `.tflite` files that need not make sense, for tests of the reader: every index, number and vector is written as
 * it is told. Shares the generated code with the library, and nothing else.
 */
import { Builder } from 'flatbuffers';
import type { Offset } from 'flatbuffers';
import { ActivationFunctionType } from '../../src/import/tflite/generated/activation-function-type';
import { createBidirectionalSequenceLSTMOptions } from '../../src/import/tflite/generated/bidirectional-sequence-lstmoptions';
import * as BufferFields from '../../src/import/tflite/generated/buffer';
import { BuiltinOperator } from '../../src/import/tflite/generated/builtin-operator';
import { BuiltinOptions } from '../../src/import/tflite/generated/builtin-options';
import * as FullyConnectedFields from '../../src/import/tflite/generated/fully-connected-options';
import { createLSTMOptions } from '../../src/import/tflite/generated/lstmoptions';
import * as ModelFields from '../../src/import/tflite/generated/model';
import * as OperatorFields from '../../src/import/tflite/generated/operator';
import * as CodeFields from '../../src/import/tflite/generated/operator-code';
import { createPackOptions } from '../../src/import/tflite/generated/pack-options';
import * as QuantizationFields from '../../src/import/tflite/generated/quantization-parameters';
import * as ReshapeFields from '../../src/import/tflite/generated/reshape-options';
import { createSoftmaxOptions } from '../../src/import/tflite/generated/softmax-options';
import * as SparsityFields from '../../src/import/tflite/generated/sparsity-parameters';
import * as SubGraphFields from '../../src/import/tflite/generated/sub-graph';
import * as TensorFields from '../../src/import/tflite/generated/tensor';
import { TensorType } from '../../src/import/tflite/generated/tensor-type';
import { createUnpackOptions } from '../../src/import/tflite/generated/unpack-options';
import * as SequenceFields from '../../src/import/tflite/generated/unidirectional-sequence-lstmoptions';

export interface RawTensor {
  readonly name?: string;
  readonly shape?: readonly number[];
  readonly type?: number;
  readonly buffer?: number;
  readonly scales?: readonly number[];
  readonly zeroPoints?: readonly bigint[];
  readonly axis?: number;
  readonly quantizationKind?: number;
  readonly isVariable?: boolean;
  readonly isSparse?: boolean;
  readonly externalBuffer?: number;
}

export type RawOptions =
  | { readonly kind: 'fullyConnected'; readonly activation?: number; readonly weightsFormat?: number }
  | { readonly kind: 'softmax'; readonly beta: number }
  | { readonly kind: 'reshape'; readonly shape: readonly number[] }
  | { readonly kind: 'lstm'; readonly activation: number; readonly kernel: number }
  | { readonly kind: 'sequenceLstm'; readonly activation: number; readonly isDiagonal: boolean }
  | { readonly kind: 'pack' | 'unpack'; readonly count: number; readonly axis: number }
  | {
      readonly kind: 'bidirectionalLstm';
      readonly cellClip?: number;
      readonly projectionClip?: number;
      readonly isMerged: boolean;
      readonly timeMajor: boolean;
    };

export interface RawOperator {
  /** Index into the codes. */
  readonly code?: number;
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
  readonly options?: RawOptions;
}

export interface RawCode {
  readonly builtin: number;
  readonly custom?: string;
}

export interface RawBuffer {
  readonly bytes?: Uint8Array;
  readonly offset?: bigint;
  readonly size?: bigint;
}

export interface RawModel {
  readonly version?: number;
  readonly codes?: readonly RawCode[];
  readonly tensors?: readonly RawTensor[];
  readonly operators?: readonly RawOperator[];
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
  readonly buffers?: readonly RawBuffer[];
  /** Names of all subgraphs; the first has the ops. */
  readonly subgraphs?: readonly string[];
}

/** An int8 activation; what tests change of it. */
export function int8Tensor(shape: readonly number[], changes: RawTensor = {}): RawTensor {
  return { shape, type: TensorType.INT8, scales: [1 / 16], zeroPoints: [0n], ...changes };
}

/** A file as described; what is left out is that of a model with one LOGISTIC, from tensor 0 to tensor 1. */
export function rawTflite(model: RawModel): Uint8Array<ArrayBuffer> {
  const {
    version = 3,
    codes = [{ builtin: BuiltinOperator.LOGISTIC }],
    tensors = [int8Tensor([1, 2], { name: 'x' }), int8Tensor([1, 2], { name: 'y' })],
    operators = [{ inputs: [0], outputs: [1] }],
    inputs = [0],
    outputs = [1],
    buffers = [{}],
    subgraphs = ['main'],
  } = model;
  const builder = new Builder(1024);
  const subgraphOffsets = subgraphs.map((name, index) =>
    index === 0
      ? writeSubgraph(builder, { name, tensors, operators, inputs, outputs })
      : writeSubgraph(builder, { name, tensors: [], operators: [], inputs: [], outputs: [] }),
  );
  const subgraphVector = ModelFields.createSubgraphsVector(builder, subgraphOffsets);
  const codeVector = ModelFields.createOperatorCodesVector(
    builder,
    codes.map((code) => writeCode(builder, code)),
  );
  const bufferVector = ModelFields.createBuffersVector(
    builder,
    buffers.map((buffer) => writeBuffer(builder, buffer)),
  );
  ModelFields.startModel(builder);
  ModelFields.addVersion(builder, version);
  ModelFields.addOperatorCodes(builder, codeVector);
  ModelFields.addSubgraphs(builder, subgraphVector);
  ModelFields.addBuffers(builder, bufferVector);
  ModelFields.finishModelBuffer(builder, ModelFields.endModel(builder));
  return new Uint8Array(builder.asUint8Array());
}

function writeCode(builder: Builder, { builtin, custom }: RawCode): Offset {
  const name = custom === undefined ? 0 : builder.createString(custom);
  return CodeFields.createOperatorCode(builder, Math.min(builtin, 127), name, 1, builtin);
}

function writeBuffer(builder: Builder, { bytes, offset = 0n, size = 0n }: RawBuffer): Offset {
  const data = bytes === undefined ? 0 : BufferFields.createDataVector(builder, bytes);
  return BufferFields.createBuffer(builder, data, offset, size);
}

function writeSubgraph(
  builder: Builder,
  subgraph: Required<Pick<RawModel, 'tensors' | 'operators' | 'inputs' | 'outputs'>> & { name: string },
): Offset {
  const tensors = SubGraphFields.createTensorsVector(
    builder,
    subgraph.tensors.map((tensor) => writeTensor(builder, tensor)),
  );
  const inputs = SubGraphFields.createInputsVector(builder, [...subgraph.inputs]);
  const outputs = SubGraphFields.createOutputsVector(builder, [...subgraph.outputs]);
  const operators = SubGraphFields.createOperatorsVector(
    builder,
    subgraph.operators.map((operator) => writeOperator(builder, operator)),
  );
  const name = builder.createString(subgraph.name);
  return SubGraphFields.createSubGraph(builder, tensors, inputs, outputs, operators, name);
}

function writeTensor(builder: Builder, tensor: RawTensor): Offset {
  const name = tensor.name === undefined ? 0 : builder.createString(tensor.name);
  const shape = TensorFields.createShapeVector(builder, [...(tensor.shape ?? [])]);
  const quantization = writeQuantization(builder, tensor);
  const sparsity = tensor.isSparse === true ? SparsityFields.createSparsityParameters(builder) : 0;
  TensorFields.startTensor(builder);
  TensorFields.addShape(builder, shape);
  TensorFields.addType(builder, tensor.type ?? TensorType.FLOAT32);
  TensorFields.addBuffer(builder, tensor.buffer ?? 0);
  TensorFields.addName(builder, name);
  TensorFields.addQuantization(builder, quantization);
  TensorFields.addIsVariable(builder, tensor.isVariable ?? false);
  TensorFields.addSparsity(builder, sparsity);
  TensorFields.addExternalBuffer(builder, tensor.externalBuffer ?? 0);
  return TensorFields.endTensor(builder);
}

function writeQuantization(builder: Builder, tensor: RawTensor): Offset {
  const { scales = [], zeroPoints = [], axis = 0, quantizationKind = 0 } = tensor;
  if (scales.length === 0 && quantizationKind === 0) return 0;
  return QuantizationFields.createQuantizationParameters(
    builder,
    QuantizationFields.createScaleVector(builder, [...scales]),
    QuantizationFields.createZeroPointVector(builder, [...zeroPoints]),
    quantizationKind,
    axis,
  );
}

function writeOperator(builder: Builder, operator: RawOperator): Offset {
  const inputs = OperatorFields.createInputsVector(builder, [...(operator.inputs ?? [])]);
  const outputs = OperatorFields.createOutputsVector(builder, [...(operator.outputs ?? [])]);
  const [optionsType, options] = writeOptions(builder, operator.options);
  return OperatorFields.createOperator(builder, operator.code ?? 0, inputs, outputs, optionsType, options, 0);
}

function writeOptions(builder: Builder, options: RawOptions | undefined): [type: number, offset: Offset] {
  switch (options?.kind) {
    case undefined:
      return [BuiltinOptions.NONE, 0];
    case 'fullyConnected': {
      const { activation = 0, weightsFormat = 0 } = options;
      const offset = FullyConnectedFields.createFullyConnectedOptions(
        builder,
        activation,
        weightsFormat,
        false,
      );
      return [BuiltinOptions.FullyConnectedOptions, offset];
    }
    case 'softmax':
      return [BuiltinOptions.SoftmaxOptions, createSoftmaxOptions(builder, options.beta)];
    case 'reshape': {
      const shape = ReshapeFields.createNewShapeVector(builder, [...options.shape]);
      return [BuiltinOptions.ReshapeOptions, ReshapeFields.createReshapeOptions(builder, shape)];
    }
    case 'lstm':
      return [
        BuiltinOptions.LSTMOptions,
        createLSTMOptions(builder, options.activation, 0, 0, options.kernel),
      ];
    case 'sequenceLstm': {
      const offset = SequenceFields.createUnidirectionalSequenceLSTMOptions(
        builder,
        options.activation,
        0,
        0,
        false,
        false,
        options.isDiagonal,
      );
      return [BuiltinOptions.UnidirectionalSequenceLSTMOptions, offset];
    }
    case 'pack':
      return [BuiltinOptions.PackOptions, createPackOptions(builder, options.count, options.axis)];
    case 'unpack':
      return [BuiltinOptions.UnpackOptions, createUnpackOptions(builder, options.count, options.axis)];
    case 'bidirectionalLstm': {
      const { cellClip = 0, projectionClip = 0, isMerged, timeMajor } = options;
      const offset = createBidirectionalSequenceLSTMOptions(
        builder,
        ActivationFunctionType.TANH,
        cellClip,
        projectionClip,
        isMerged,
        timeMajor,
        false,
      );
      return [BuiltinOptions.BidirectionalSequenceLSTMOptions, offset];
    }
  }
}
