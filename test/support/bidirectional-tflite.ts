import { BuiltinOperator } from '../../src/import/tflite/generated/builtin-operator';
import { TensorType } from '../../src/import/tflite/generated/tensor-type';
import type { Graph, LstmDirection, LstmGateTensors, Tensor } from '../../src/model';
import { lstmOf } from './integer-lstm';
import type { RawTensor } from './raw-tflite';
import { rawTflite } from './raw-tflite';

const TYPES = {
  int8: TensorType.INT8,
  int16: TensorType.INT16,
  int32: TensorType.INT32,
  int64: TensorType.INT64,
  float32: TensorType.FLOAT32,
  bool: TensorType.BOOL,
  uint8: TensorType.UINT8,
} as const;

export interface BidirectionalFileOptions {
  readonly isMerged?: boolean;
  /** Inputs to overwrite, by slot; tensors by their index, which is their id in the graph. */
  readonly inputs?: Readonly<Record<number, number>>;
}

/**
 * A file with one BIDIRECTIONAL_SEQUENCE_LSTM, written slot by slot as the format's description numbers them, from a graph
 * of one layer with two directions.
 */
export function bidirectionalTflite(
  graph: Graph,
  { isMerged = false, inputs = {} }: BidirectionalFileOptions = {},
): Uint8Array<ArrayBuffer> {
  const op = lstmOf(graph);
  const [forward, reverse] = op.directions;
  if (reverse === undefined) throw new Error(`${op.name} has one direction`);
  const shapes = graph.tensors.map(({ shape }) => shape);
  const inputShape = shapes[op.input]!;
  const features = op.directions.map(({ gates }) => shapes[gates.forget.recurrentWeights]![1]!);
  const sequence = (length: number): number[] => [...inputShape.slice(0, 2), length];
  const buffers: { bytes?: Uint8Array }[] = [{}];
  const tensors = graph.tensors.map((tensor, id): RawTensor => {
    const direction = op.directions.findIndex(({ output }) => output === id);
    return rawTensor(tensor, direction === -1 ? tensor.shape : sequence(features[direction]!), buffers);
  });
  const merged = {
    ...tensors[forward.output]!,
    name: 'merged',
    shape: sequence(features[0]! + features[1]!),
  };
  const outputs = isMerged ? [tensors.push(merged) - 1] : [forward.output, reverse.output];
  const slots = [
    op.input,
    ...directionSlots(forward),
    ...directionSlots(reverse),
    ...[forward, reverse].flatMap(({ outputState, cellState }) => [outputState, cellState]),
    ...new Array<number>(9).fill(-1),
  ].map((id, slot) => inputs[slot] ?? id);
  return rawTflite({
    codes: [{ builtin: BuiltinOperator.BIDIRECTIONAL_SEQUENCE_LSTM }],
    tensors,
    buffers,
    inputs: [op.input],
    outputs,
    operators: [
      {
        inputs: slots,
        outputs,
        options: {
          kind: 'bidirectionalLstm',
          cellClip: op.cellClip,
          projectionClip: op.projectionClip,
          isMerged,
          timeMajor: op.timeMajor,
        },
      },
    ],
  });
}

/** Inputs 1 to 17, and again 18 to 34. */
function directionSlots({ gates, projection }: LstmDirection): number[] {
  const { input, forget, cell, output } = gates;
  const all = (key: Exclude<keyof LstmGateTensors, 'preActivation'>, ...of: (LstmGateTensors | null)[]) =>
    of.map((gate) => gate?.[key] ?? -1);
  return [
    ...all('inputWeights', input, forget, cell, output),
    ...all('recurrentWeights', input, forget, cell, output),
    ...all('peephole', input, forget, output),
    ...all('bias', input, forget, cell, output),
    projection?.weights ?? -1,
    projection?.bias ?? -1,
  ];
}

function rawTensor(
  { name, dtype, quantization, data, isVariable }: Tensor,
  shape: readonly number[],
  buffers: { bytes?: Uint8Array }[],
): RawTensor {
  const bytes = data === null ? null : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return {
    name,
    shape,
    type: TYPES[dtype],
    buffer: bytes === null ? 0 : buffers.push({ bytes }) - 1,
    scales: quantization?.scales ?? [],
    zeroPoints: quantization?.zeroPoints.map(BigInt) ?? [],
    isVariable,
  };
}
