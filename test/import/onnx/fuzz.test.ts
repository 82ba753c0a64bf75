/** Models damaged at random: importing gives a graph that can be trusted, or one of the two typed errors. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it, test } from 'vitest';
import { ModelFormatError, UnsupportedModelError } from '../../../src/errors';
import { importOnnx } from '../../../src/import/onnx';
import { ModelProtoSchema } from '../../../src/import/onnx/generated/octogate_onnx_pb';
import { validateGraph } from '../../../src/model/checks';
import { randomFloats } from '../../support/compare-onnx';
import { OnnxBuilder } from '../../support/onnx-model';
import { Random } from '../../support/random';

const SEEDS = [1, 2, 3, 4];
const DAMAGED_FILES_PER_SEED = 800;

/** States as inputs, both directions, a reshape computed from open dimensions, and a dense layer. */
function recurrentModel(): Uint8Array {
  const builder = new OnnxBuilder(14);
  builder.input('x', ['batch', 'time', 3]);
  builder.input('states', [2, 2, 'batch', 2]);
  builder.integers('ones', [1, 1]);
  builder.integers('axis', [0]);
  builder.node('Transpose', ['x'], 'steps', { perm: [1, 0, 2] });
  builder.node('Split', ['states', 'ones'], ['h4', 'c4'], { axis: 0 });
  builder.node('Squeeze', ['h4', 'axis'], 'h');
  builder.node('Squeeze', ['c4', 'axis'], 'c');
  for (const [name, shape] of [
    ['W', [2, 8, 3]],
    ['R', [2, 8, 2]],
    ['B', [2, 16]],
    ['P', [2, 6]],
  ] as const) {
    builder.floats(
      name,
      shape,
      randomFloats(
        shape.reduce((product, size) => product * size, 1),
        1,
      ),
    );
  }
  const attributes = { direction: 'bidirectional', hidden_size: 2, input_forget: 1, clip: { float: 50 } };
  builder.node('LSTM', ['steps', 'W', 'R', 'B', '', 'h', 'c', 'P'], ['Y', 'Y_h', 'Y_c'], attributes);
  builder.node('Unsqueeze', ['Y_h', 'axis'], 'newH');
  builder.node('Unsqueeze', ['Y_c', 'axis'], 'newC');
  builder.node('Concat', ['newH', 'newC'], 'newStates', { axis: 0 });
  builder.node('Transpose', ['Y'], 'apart', { perm: [2, 0, 1, 3] });
  builder.integers('merged', [0, 0, -1]);
  builder.node('Reshape', ['apart', 'merged'], 'hidden');
  builder.floats('w', [4, 3], randomFloats(12, 2));
  builder.floats('b', [3], randomFloats(3, 3));
  builder.node('MatMul', ['hidden', 'w'], 'product');
  builder.node('Add', ['product', 'b'], 'logits');
  builder.node('Softmax', ['logits'], 'y', { axis: -1 });
  builder.output('y', 3);
  builder.output('newStates', 4);
  return builder.build();
}

/** Convolutions, normalisation, slices, and constants that are computed. */
function imageModel(): Uint8Array {
  const builder = new OnnxBuilder(13);
  builder.input('x', [1, 2, 6]);
  builder.floats('w', [4, 2, 3], randomFloats(24, 1));
  builder.node('Conv', ['x', 'w'], 'image', { pads: [1, 1], strides: [1], kernel_shape: [3], group: 1 });
  builder.node('Clip', ['image', 'low', 'high'], 'clipped');
  builder.floats('low', [], [0]);
  builder.floats('high', [], [6]);
  builder.node('ReduceMean', ['clipped'], 'mean', { axes: [1], keepdims: 1 });
  builder.node('Sub', ['clipped', 'mean'], 'centred');
  builder.floats('two', [], [2]);
  builder.node('Pow', ['centred', 'two'], 'squares');
  builder.integers('starts', [0, -1]);
  builder.integers('ends', [2, -100]);
  builder.integers('axes', [1, 2]);
  builder.integers('steps', [1, -2]);
  builder.node('Slice', ['squares', 'starts', 'ends', 'axes', 'steps'], 'part');
  builder.node('Shape', ['part'], 'shape');
  builder.node('ConstantOfShape', ['shape'], 'zeros');
  builder.integers('pads', [0, 0, 1, 0, 0, 2]);
  builder.node('Add', ['part', 'zeros'], 'sum');
  builder.node('Pad', ['sum', 'pads'], 'padded');
  builder.integers('rows', [1, 0, 1]);
  builder.node('Gather', ['padded', 'rows'], 'gathered', { axis: 1 });
  builder.node('Flatten', ['gathered'], 'y');
  builder.output('y', 2);
  return builder.build();
}

const MODELS = [recurrentModel(), imageModel()] as const;

const AWKWARD_INTEGERS = [-9n, -2n, -1n, 0n, 1n, 2n, 3n, 5n, 7n, 1n << 31n, 1n << 40n, 1n << 62n] as const;
const AWKWARD_FLOATS = [0, -1, 1e-30, 1e30, NaN, Infinity] as const;

/** A place of a message that holds a value, and not a message. */
interface Leaf {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function leavesOf(value: unknown): Leaf[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => {
    const inner = holder[key];
    if (key.startsWith('$')) return [];
    return typeof inner === 'object' && !(inner instanceof Uint8Array) ? leavesOf(inner) : [{ holder, key }];
  });
}

/** A well-formed file in which a few numbers, names and elements are others. */
function rewritten(model: Uint8Array, random: Random): Uint8Array {
  const message = fromBinary(ModelProtoSchema, model);
  const leaves = leavesOf(message);
  const names = leaves.flatMap(({ holder, key }) => (typeof holder[key] === 'string' ? [holder[key]] : []));
  for (let change = random.integer(1, 3); change > 0; change--) {
    const { holder, key } = leaves[random.integer(0, leaves.length - 1)]!;
    const value = holder[key];
    if (typeof value === 'bigint') holder[key] = random.pick(AWKWARD_INTEGERS);
    else if (typeof value === 'string' && key !== 'case') holder[key] = random.pick(['', ...names]);
    else if (typeof value === 'number' && key === 'f') holder[key] = random.pick(AWKWARD_FLOATS);
    else if (value instanceof Uint8Array && value.length > 0) {
      const bytes = value.slice();
      bytes[random.integer(0, bytes.length - 1)] = random.pick([0, 1, 2, 0x7f, 0x80, 0xff]);
      holder[key] = bytes;
    }
  }
  return toBinary(ModelProtoSchema, message);
}

/** A copy with a few bytes or bits changed, a stretch removed or doubled, sometimes cut off. */
function damaged(model: Uint8Array, random: Random): Uint8Array {
  let bytes = model.slice();
  for (let change = random.integer(1, 2); change > 0; change--) {
    const position = random.integer(0, bytes.length - 1);
    const end = Math.min(bytes.length, position + random.integer(1, 12));
    switch (random.integer(0, 5)) {
      case 0:
      case 1:
        bytes[position]! ^= 1 << random.integer(0, 7);
        break;
      case 2:
        bytes[position] = random.pick([0, 1, 2, 0x7f, 0x80, 0xff]);
        break;
      case 3:
        bytes[position]! += random.integer(-3, 3);
        break;
      case 4:
        bytes = Uint8Array.from([...bytes.subarray(0, position), ...bytes.subarray(end)]);
        break;
      default:
        bytes = Uint8Array.from([...bytes.subarray(0, end), ...bytes.subarray(position)]);
    }
  }
  return random.integer(0, 19) === 0 ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes;
}

describe('damaged models', () => {
  it('begin with whole ones', () => {
    for (const model of MODELS) expect(importOnnx(model).ops.length).toBeGreaterThan(3);
  });

  test.each(SEEDS)('seed %i', (seed) => {
    const damage = seed % 2 === 0 ? damaged : rewritten;
    const random = new Random(seed);
    const outcomes = { accepted: 0, refused: 0 };
    for (let file = 0; file < DAMAGED_FILES_PER_SEED; file++) {
      const bytes = damage(random.pick(MODELS), random);
      try {
        validateGraph(importOnnx(bytes));
        outcomes.accepted++;
      } catch (error) {
        if (!(error instanceof ModelFormatError || error instanceof UnsupportedModelError)) {
          throw new Error(`seed ${seed}, file ${file}`, { cause: error });
        }
        expect(error.message).not.toMatch(/undefined|\[object/);
        outcomes.refused++;
      }
    }
    // Both ends of the road are travelled, so that neither is asserted of nothing.
    expect(outcomes.accepted).toBeGreaterThan(DAMAGED_FILES_PER_SEED / 20);
    expect(outcomes.refused).toBeGreaterThan(DAMAGED_FILES_PER_SEED / 20);
  });

  test.each(MODELS.map((model, index) => [index, model] as const))('model %i, cut off', (_, model) => {
    for (let length = 0; length < model.length; length += 7) {
      expect(() => importOnnx(model.subarray(0, length))).toThrow();
      try {
        importOnnx(model.subarray(0, length));
      } catch (error) {
        if (error instanceof ModelFormatError || error instanceof UnsupportedModelError) continue;
        throw new Error(`length ${length}`, { cause: error });
      }
    }
  });
});

describe('files that claim more than they hold', () => {
  const message = (fields: (writer: BinaryWriter) => void): Uint8Array => {
    const writer = new BinaryWriter();
    fields(writer);
    return writer.finish();
  };
  const GRAPH = 7;
  const NODE = 1;

  it('of millions of empty nodes are refused without making them', () => {
    const nodes = new Uint8Array(2 * 1_500_000);
    for (let index = 0; index < nodes.length; index += 2)
      nodes[index] = (NODE << 3) | WireType.LengthDelimited;
    const file = message((writer) => writer.tag(GRAPH, WireType.LengthDelimited).bytes(nodes));
    expect(() => importOnnx(file)).toThrow(/more than 1000000 fields/);
  });

  it('of huge constants are refused before they are made', () => {
    const builder = new OnnxBuilder();
    builder.input('x', [1, 4]);
    builder.integers('size', [1 << 20, 1 << 20]);
    builder.node('ConstantOfShape', ['size'], 'zeros');
    builder.node('Add', ['x', 'zeros'], 'y');
    builder.output('y', 2);
    expect(() => importOnnx(builder.build())).toThrow(/a constant of shape \[1048576, 1048576\] is computed/);
  });

  it('of huge states are refused before they are numbered', () => {
    const builder = new OnnxBuilder();
    builder.input('x', [1, 2 ** 30, 1]);
    builder.floats('W', [1, 4, 1], [1, 2, 3, 4]);
    builder.floats('R', [1, 4, 1], [1, 2, 3, 4]);
    builder.node('LSTM', ['x', 'W', 'R'], ['y']);
    builder.output('y', 4);
    expect(() => importOnnx(builder.build())).toThrow(/more than \d+ elements of LSTM state/);
  });

  it('of elements in other files are refused by the file’s name', () => {
    const { Varint, LengthDelimited } = WireType;
    const entry = message((inner) =>
      inner.tag(1, LengthDelimited).string('location').tag(2, LengthDelimited).string('weights.bin'),
    );
    const external = message((writer) => {
      writer.tag(1, Varint).int64(4).tag(2, Varint).int32(1).tag(8, LengthDelimited).string('b');
      writer.tag(13, LengthDelimited).bytes(entry).tag(14, Varint).int32(1);
    });
    const builder = new OnnxBuilder();
    builder.input('x', [1, 4]);
    builder.node('Add', ['x', 'b'], 'y');
    builder.output('y', 2);
    const file = message((writer) => {
      const graph = message((inner) => inner.tag(5, WireType.LengthDelimited).bytes(external));
      writer.raw(builder.build()).tag(GRAPH, WireType.LengthDelimited).bytes(graph);
    });
    expect(() => importOnnx(file)).toThrow(
      'initializer "b": its elements are in the file "weights.bin"; save the model as a single file',
    );
  });
});
