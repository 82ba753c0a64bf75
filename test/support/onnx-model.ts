import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, toBinary } from '@bufbuild/protobuf';
import type {
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/import/onnx/generated/octogate_onnx_pb';
import {
  AttributeProto_Type as AttributeType,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
} from '../../src/import/onnx/generated/octogate_onnx_pb';

/** A dimension of a model's input: a size, or the name of one that is open. */
export type OnnxDimension = number | string;

export type OnnxAttribute =
  number | readonly number[] | string | readonly string[] | { readonly float: number };

type Init<T extends Parameters<typeof create>[0]> = MessageInitShape<T>;

/** Builds ONNX models for tests, node by node. */
export class OnnxBuilder {
  readonly #nodes: Init<typeof NodeProtoSchema>[] = [];
  readonly #initializers: Init<typeof TensorProtoSchema>[] = [];
  readonly #inputs: Init<typeof ValueInfoProtoSchema>[] = [];
  readonly #outputs: Init<typeof ValueInfoProtoSchema>[] = [];

  constructor(private readonly opset = 17) {}

  input(name: string, shape: readonly OnnxDimension[], type: 'float' | 'int64' = 'float'): string {
    this.#inputs.push(valueInfo(name, shape, type));
    return name;
  }

  output(name: string, rank: number, type: 'float' | 'int64' = 'float'): void {
    const shape = Array.from({ length: rank }, (_, axis) => `${name}_${axis}`);
    this.#outputs.push(valueInfo(name, shape, type));
  }

  floats(name: string, shape: readonly number[], data: ArrayLike<number>): string {
    this.#initializers.push(
      tensor(name, DataType.FLOAT, shape, new Uint8Array(Float32Array.from(data).buffer)),
    );
    return name;
  }

  integers(name: string, data: readonly number[], shape: readonly number[] = [data.length]): string {
    const values = BigInt64Array.from(data, BigInt);
    this.#initializers.push(tensor(name, DataType.INT64, shape, new Uint8Array(values.buffer)));
    return name;
  }

  int32(name: string, data: readonly number[]): string {
    const values = new Uint8Array(Int32Array.from(data).buffer);
    this.#initializers.push(tensor(name, DataType.INT32, [data.length], values));
    return name;
  }

  /** @returns the name of the first output */
  node(
    opType: string,
    inputs: readonly string[],
    outputs: string | readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    options: { readonly name?: string; readonly domain?: string } = {},
  ): string {
    const output = [outputs].flat();
    const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
    this.#nodes.push({ opType, input: [...inputs], output, attribute, ...options });
    return output[0] ?? '';
  }

  build(): Uint8Array<ArrayBuffer> {
    const model = create(ModelProtoSchema, {
      producerName: 'test',
      graph: {
        name: 'test',
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
      opsetImport: [{ domain: '', version: BigInt(this.opset) }],
    });
    // What ONNX Runtime asks for and our schema does not read: ir_version, field 1.
    const irVersion = Uint8Array.of(1 << 3, 8);
    return Uint8Array.from([...irVersion, ...toBinary(ModelProtoSchema, model)]);
  }
}

function valueInfo(
  name: string,
  shape: readonly OnnxDimension[],
  type: 'float' | 'int64',
): Init<typeof ValueInfoProtoSchema> {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'number'
        ? ({ case: 'dimValue', value: BigInt(size) } as const)
        : ({ case: 'dimParam', value: size } as const),
  }));
  const elemType = type === 'float' ? DataType.FLOAT : DataType.INT64;
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

function tensor(
  name: string,
  dataType: DataType,
  shape: readonly number[],
  rawData: Uint8Array<ArrayBuffer>,
): Init<typeof TensorProtoSchema> {
  return { name, dataType, dims: shape.map(BigInt), rawData };
}

function attributeOf(name: string, value: OnnxAttribute): Init<typeof AttributeProtoSchema> {
  const encode = (text: string) => new TextEncoder().encode(text);
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: encode(value) };
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: BigInt(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if (value.every((each): each is string => typeof each === 'string')) {
    return { name, type: AttributeType.STRINGS, strings: value.map(encode) };
  }
  return { name, type: AttributeType.INTS, ints: value.map((each) => BigInt(each)) };
}
