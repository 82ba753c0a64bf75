import type { Builder, Offset } from 'flatbuffers';
import * as QuantizationFields from '../../import/tflite/generated/quantization-parameters';
import { createTensorsVector } from '../../import/tflite/generated/sub-graph';
import * as TensorFields from '../../import/tflite/generated/tensor';
import { TensorType } from '../../import/tflite/generated/tensor-type';
import type { DType, Quantization, Tensor } from '../../model';
import type { BufferList } from './buffer-list';
import { EMPTY_BUFFER } from './buffer-list';

const TENSOR_TYPES: Readonly<Record<DType, TensorType>> = {
  int8: TensorType.INT8,
  int16: TensorType.INT16,
  int32: TensorType.INT32,
  int64: TensorType.INT64,
  float32: TensorType.FLOAT32,
  bool: TensorType.BOOL,
  uint8: TensorType.UINT8,
};

/** The tensors of the file: those of the graph, at their ids, then what ops need besides. */
export class TensorList {
  private readonly offsets: Offset[] = [];

  constructor(
    private readonly builder: Builder,
    private readonly buffers: BufferList,
  ) {}

  /** Index of a new tensor. */
  add(tensor: Tensor): number {
    return this.offsets.push(this.write(tensor)) - 1;
  }

  /** Index of a new tensor that states how a value inside an op is quantized, and nothing else. */
  addIntermediate(name: string, dtype: DType, quantization: Quantization | null): number {
    const type = quantization === null ? 'float32' : dtype;
    return this.add({ name, shape: [0], dtype: type, quantization, data: null, isVariable: false });
  }

  /** Offset of the vector of all tensors. */
  finish(): Offset {
    return createTensorsVector(this.builder, this.offsets);
  }

  private write({ name, shape, dtype, quantization, data, isVariable }: Tensor): Offset {
    const { builder, buffers } = this;
    const buffer = data === null ? EMPTY_BUFFER : buffers.add(data);
    const nameOffset = builder.createString(name);
    const shapeOffset = TensorFields.createShapeVector(builder, [...shape]);
    const quantizationOffset = quantization === null ? null : this.writeQuantization(quantization);
    TensorFields.startTensor(builder);
    TensorFields.addShape(builder, shapeOffset);
    TensorFields.addType(builder, TENSOR_TYPES[dtype]);
    TensorFields.addBuffer(builder, buffer);
    TensorFields.addName(builder, nameOffset);
    if (quantizationOffset !== null) TensorFields.addQuantization(builder, quantizationOffset);
    TensorFields.addIsVariable(builder, isVariable);
    return TensorFields.endTensor(builder);
  }

  private writeQuantization({ scales, zeroPoints, axis }: Quantization): Offset {
    const { builder } = this;
    const scaleOffset = QuantizationFields.createScaleVector(builder, [...scales]);
    const zeroPointOffset = QuantizationFields.createZeroPointVector(builder, zeroPoints.map(BigInt));
    QuantizationFields.startQuantizationParameters(builder);
    QuantizationFields.addScale(builder, scaleOffset);
    QuantizationFields.addZeroPoint(builder, zeroPointOffset);
    QuantizationFields.addQuantizedDimension(builder, axis ?? 0);
    return QuantizationFields.endQuantizationParameters(builder);
  }
}
