/**
 * LSTM networks as `.onnx` files, written field by field (field numbers of onnx.proto).
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { at } from '../../src/errors';
import type { BenchNetwork } from '../../src/bench';
import { floatLayers, integerMatrices, transposeGates } from './float-network';
import type { FloatLayer, GateName } from './float-network';

export const INPUT = 'x';
export const OUTPUT = 'y';

/** ONNX stacks gates in this order. */
const GATES: readonly GateName[] = ['input', 'output', 'forget', 'cell'];

const IR_VERSION = 8;
const OPSET = 14;
const MICROSOFT = 'com.microsoft';
/** TensorProto.DataType and AttributeProto.AttributeType. */
const FLOAT = 1;
const INT8 = 3;
const INT64 = 7;
const ATTRIBUTE_INT = 2;

interface Initializer {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  readonly data: Float32Array | Int8Array | BigInt64Array;
}

interface Node {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly hiddenSize: number | null;
}

/**
 * The network with LSTM nodes in f32 (`float`), or with int8 weights and activations that are quantized as they come
 * (`dynamic`, onnxruntime's DynamicQuantizeLSTM). Input and output are `[timesteps, batch, features]`.
 */
export function onnxModel(network: BenchNetwork, kind: 'float' | 'dynamic'): Uint8Array {
  const layers = floatLayers(network);
  const initializers: Initializer[] = [
    { name: 'direction_axis', type: INT64, dims: [1], data: BigInt64Array.of(1n) },
  ];
  const nodes: Node[] = [];
  let value = INPUT;
  layers.forEach((layer, index) => {
    const prefix = `layer${index}_`;
    const weights = kind === 'float' ? floatWeights(layer, prefix) : dynamicWeights(network, index, prefix);
    initializers.push(...weights, { ...bias(layer), name: `${prefix}bias` });
    const name = (suffix: string): string => `${prefix}${suffix}`;
    const operands = [value, name('input_weights'), name('recurrent_weights'), name('bias')];
    // Sequence lengths, initial states and peepholes are left out.
    const scales = ['input_scale', 'input_zero', 'recurrent_scale', 'recurrent_zero'].map(name);
    const output = name('output');
    nodes.push({
      op: kind === 'float' ? 'LSTM' : 'DynamicQuantizeLSTM',
      domain: kind === 'float' ? '' : MICROSOFT,
      inputs: kind === 'float' ? operands : [...operands, '', '', '', '', ...scales],
      output,
      hiddenSize: layer.units,
    });
    value = index === layers.length - 1 ? OUTPUT : name('squeezed');
    const inputs = [output, 'direction_axis'];
    nodes.push({ op: 'Squeeze', domain: '', inputs, output: value, hiddenSize: null });
  });
  const { timesteps, batch } = network;
  return writeModel(nodes, initializers, {
    input: [timesteps, batch, at(layers, 0).inputElements],
    output: [timesteps, batch, at(layers, layers.length - 1).units],
  });
}

/** A model that does nothing, to load a runtime with. */
export function emptyOnnxModel(): Uint8Array {
  const identity = { op: 'Identity', domain: '', inputs: [INPUT], output: OUTPUT, hiddenSize: null };
  return writeModel([identity], [], { input: [1], output: [1] });
}

function writeModel(
  nodes: readonly Node[],
  initializers: readonly Initializer[],
  dims: { readonly input: readonly number[]; readonly output: readonly number[] },
): Uint8Array {
  const graph = new BinaryWriter();
  for (const node of nodes) message(graph, 1, writeNode(node));
  graph.tag(2, WireType.LengthDelimited).string('graph');
  for (const initializer of initializers) message(graph, 5, writeTensor(initializer));
  message(graph, 11, writeValueInfo(INPUT, dims.input));
  message(graph, 12, writeValueInfo(OUTPUT, dims.output));
  const model = new BinaryWriter().tag(1, WireType.Varint).int64(IR_VERSION);
  message(model, 7, graph);
  for (const [domain, version] of [['', OPSET] as const, [MICROSOFT, 1] as const]) {
    const opset = new BinaryWriter().tag(1, WireType.LengthDelimited).string(domain);
    message(model, 8, opset.tag(2, WireType.Varint).int64(version));
  }
  return model.finish();
}

function floatWeights({ units, inputElements, gates }: FloatLayer, prefix: string): Initializer[] {
  const stack = (which: 'inputWeights' | 'recurrentWeights'): Float32Array =>
    joined(GATES.map((gate) => gates[gate][which]));
  return [
    {
      name: `${prefix}input_weights`,
      type: FLOAT,
      dims: [1, 4 * units, inputElements],
      data: stack('inputWeights'),
    },
    {
      name: `${prefix}recurrent_weights`,
      type: FLOAT,
      dims: [1, 4 * units, units],
      data: stack('recurrentWeights'),
    },
  ];
}

/** Bias of the input side, then that of the recurrent side, which is zero. */
function bias({ units, gates }: FloatLayer): Omit<Initializer, 'name'> {
  const data = joined([...GATES.map((gate) => gates[gate].bias), new Float32Array(4 * units)]);
  return { type: FLOAT, dims: [1, 8 * units], data };
}

/** The network's own int8 weights, transposed as the operator wants them, with a scale per column. */
function dynamicWeights(network: BenchNetwork, index: number, prefix: string): Initializer[] {
  const side = (which: 'inputWeights' | 'recurrentWeights', name: string): Initializer[] => {
    const matrices = integerMatrices(network, index, which);
    const stacked = GATES.map((gate) => matrices[gate]);
    const units = at(floatLayerUnits(network), index);
    const depth = at(stacked, 0).values.length / units;
    return [
      {
        name: `${prefix}${name}_weights`,
        type: INT8,
        dims: [1, depth, 4 * units],
        data: transposeGates(
          stacked.map(({ values }) => values),
          units,
          depth,
          new Int8Array(4 * units * depth),
        ),
      },
      {
        name: `${prefix}${name}_scale`,
        type: FLOAT,
        dims: [1, 4 * units],
        data: joined(stacked.map(({ scale }) => new Float32Array(units).fill(scale))),
      },
      {
        name: `${prefix}${name}_zero`,
        type: INT8,
        dims: [1, 4 * units],
        data: new Int8Array(4 * units),
      },
    ];
  };
  return [...side('inputWeights', 'input'), ...side('recurrentWeights', 'recurrent')];
}

function floatLayerUnits({ shape }: BenchNetwork): number[] {
  return shape === null ? [] : shape.layers.map(({ units }) => units);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

function message(writer: BinaryWriter, field: number, content: BinaryWriter): void {
  writer.tag(field, WireType.LengthDelimited).bytes(content.finish());
}

function writeNode({ op, domain, inputs, output, hiddenSize }: Node): BinaryWriter {
  const writer = new BinaryWriter();
  for (const input of inputs) writer.tag(1, WireType.LengthDelimited).string(input);
  writer.tag(2, WireType.LengthDelimited).string(output);
  writer.tag(4, WireType.LengthDelimited).string(op);
  if (hiddenSize !== null) {
    const attribute = new BinaryWriter().tag(1, WireType.LengthDelimited).string('hidden_size');
    attribute.tag(3, WireType.Varint).int64(hiddenSize).tag(20, WireType.Varint).int32(ATTRIBUTE_INT);
    message(writer, 5, attribute);
  }
  return writer.tag(7, WireType.LengthDelimited).string(domain);
}

function writeTensor({ name, type, dims, data }: Initializer): BinaryWriter {
  const writer = new BinaryWriter();
  for (const dim of dims) writer.tag(1, WireType.Varint).int64(dim);
  writer.tag(2, WireType.Varint).int32(type).tag(8, WireType.LengthDelimited).string(name);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return writer.tag(9, WireType.LengthDelimited).bytes(bytes);
}

function writeValueInfo(name: string, dims: readonly number[]): BinaryWriter {
  const shape = new BinaryWriter();
  for (const dim of dims) message(shape, 1, new BinaryWriter().tag(1, WireType.Varint).int64(dim));
  const tensorType = new BinaryWriter().tag(1, WireType.Varint).int32(FLOAT);
  message(tensorType, 2, shape);
  const type = new BinaryWriter();
  message(type, 1, tensorType);
  const info = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  message(info, 2, type);
  return info;
}
