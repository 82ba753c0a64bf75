/** Every way to be wrong that we thought of, and exactly what is said about it. */
import { Builder } from 'flatbuffers';
import { describe, expect, test } from 'vitest';
import { ModelFormatError, UnsupportedModelError } from '../../src/errors';
import { writeModel } from '../../src/export/tflite/write-model';
import { importTflite } from '../../src/import/tflite';
import * as BufferFields from '../../src/import/tflite/generated/buffer';
import { BuiltinOperator } from '../../src/import/tflite/generated/builtin-operator';
import * as ModelFields from '../../src/import/tflite/generated/model';
import * as SubGraphFields from '../../src/import/tflite/generated/sub-graph';
import * as TensorFields from '../../src/import/tflite/generated/tensor';
import { TensorType } from '../../src/import/tflite/generated/tensor-type';
import type {
  Graph,
  LstmDirection,
  LstmGateTensors,
  LstmOp,
  Quantization,
  Tensor,
  TensorId,
} from '../../src/model';
import { GraphBuilder, perTensor } from '../support/graph-builder';
import type { RawModel } from '../support/raw-tflite';
import { int8Tensor, rawTflite } from '../support/raw-tflite';
import { readCaseModel } from '../support/shared-models';

/** What importing says; anything but the two typed errors fails the test. */
function refusal(bytes: Uint8Array): string {
  try {
    importTflite(bytes);
  } catch (error) {
    if (error instanceof ModelFormatError || error instanceof UnsupportedModelError) return String(error);
    throw error;
  }
  throw new Error('the file was accepted');
}

function refusalOf(model: RawModel): string {
  return refusal(rawTflite(model));
}

/** Layer norm, projection, peephole: a model with one of everything. */
const FULL = importTflite(readCaseModel('1000-030-lnprojpeep'));

function refusalOfGraph(graph: Graph): string {
  return refusal(writeModel(graph, {}));
}

/** The full model with one of its tensors changed. */
function withTensor(name: string, changes: Partial<Tensor>): Graph {
  const found = FULL.tensors.findIndex((tensor) => tensor.name === name);
  if (found === -1) throw new Error(`no tensor ${name}`);
  const tensors = FULL.tensors.map((tensor, id) => (id === found ? { ...tensor, ...changes } : tensor));
  return { ...FULL, tensors };
}

function withQuantization(name: string, changes: Partial<Quantization>): Graph {
  const { quantization } = FULL.tensors.find((tensor) => tensor.name === name)!;
  return withTensor(name, { quantization: { ...quantization!, ...changes } });
}

function withLstm(changes: Partial<LstmOp>): Graph {
  return { ...FULL, ops: [{ ...(FULL.ops[0] as LstmOp), ...changes }] };
}

function withDirection(changes: Partial<LstmDirection>): Graph {
  return withLstm({ directions: [{ ...(FULL.ops[0] as LstmOp).directions[0], ...changes }] });
}

function withGate(name: 'input' | 'forget', changes: Partial<LstmGateTensors>): Graph {
  const { gates } = (FULL.ops[0] as LstmOp).directions[0];
  return withDirection({ gates: { ...gates, [name]: { ...gates[name]!, ...changes } } });
}

/** A dense layer of 3 inputs and 2 outputs. */
function dense(weights: Partial<Tensor> = {}, bias: Partial<Tensor> = {}): Graph {
  const builder = new GraphBuilder();
  const input = builder.input([1, 3]);
  const weightId = builder.int8([2, 3], [1, 2, 3, 4, 5, 6]);
  const biasId = builder.int32([2], [7, 8]);
  const output = builder.fullyConnected(input, weightId, { bias: biasId, output: builder.tensor([1, 2]) });
  const graph = builder.graph([output]);
  const changes = new Map([
    [weightId, weights],
    [biasId, bias],
  ]);
  const tensors = graph.tensors.map((tensor, id) => ({ ...tensor, ...changes.get(id as typeof input) }));
  return { ...graph, tensors };
}

describe('not a model', () => {
  test('nothing at all', () => {
    expect(refusal(new Uint8Array())).toMatchInlineSnapshot(
      `"ModelFormatError: the file has 0 bytes, too few for a TFLite model; pass the bytes of a .tflite file"`,
    );
  });

  test('a few bytes', () => {
    expect(refusal(Uint8Array.of(28, 0, 0, 0, 84))).toMatchInlineSnapshot(
      `"ModelFormatError: the file has 5 bytes, too few for a TFLite model; pass the bytes of a .tflite file"`,
    );
  });

  test('another kind of file', () => {
    expect(refusal(new TextEncoder().encode('GIF89a, which is a picture'))).toMatchInlineSnapshot(
      `"ModelFormatError: the file has "9a, " where a TFLite model has "TFL3"; pass the bytes of a .tflite file"`,
    );
  });

  test('another version of the format', () => {
    expect(refusalOf({ version: 2 })).toMatchInlineSnapshot(
      `"UnsupportedModelError: the file: its schema version is 2; version 3 is read, convert the model again"`,
    );
  });

  test('a root beyond the end', () => {
    expect(refusal(patched(rawTflite({}), 0, 1_000_000))).toMatchInlineSnapshot(
      `"ModelFormatError: something at byte 1000000 is referred to, the file has 400 bytes; the file is damaged or truncated; get it again"`,
    );
  });

  test('a root that is the header itself', () => {
    expect(refusal(patched(rawTflite({}), 0, 0))).toMatchInlineSnapshot(
      `"UnsupportedModelError: the file: its schema version is 0; version 3 is read, convert the model again"`,
    );
  });

  test('no subgraph', () => {
    expect(refusalOf({ subgraphs: [] })).toMatchInlineSnapshot(
      `"ModelFormatError: the file has no subgraph; convert the model again"`,
    );
  });
});

describe('a damaged FlatBuffer', () => {
  test('offsets that lead back to themselves', () => {
    expect(
      refusal(
        withVector('subgraphs', (view, start) => {
          view.setUint32(start, 0, true);
        }),
      ),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: the offset at byte 96 leads to byte 96 of 400; the file is damaged or truncated; get it again"`,
    );
  });

  test('offsets that lead out of the file', () => {
    expect(
      refusal(
        withVector('subgraphs', (view, start) => {
          view.setUint32(start, 0xffff_fff0, true);
        }),
      ),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: the offset at byte 96 leads to byte 4294967376 of 400; the file is damaged or truncated; get it again"`,
    );
  });

  test('a vector that claims four billion elements', () => {
    expect(
      refusal(
        withVector('subgraphs', (view, start) => {
          view.setUint32(start - 4, 0xffff_ffff, true);
        }),
      ),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: the vector at byte 92 claims 4294967295 elements, 304 bytes are left; the file is damaged or truncated; get it again"`,
    );
  });

  test('a vector that claims more than the file holds', () => {
    expect(
      refusal(
        withVector('codes', (view, start) => {
          view.setUint32(start - 4, 5000, true);
        }),
      ),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: the vector at byte 60 claims 5000 elements, 336 bytes are left; the file is damaged or truncated; get it again"`,
    );
  });

  test('too many ops', () => {
    expect(
      refusalOf({ operators: new Array<object>(5000).fill({ inputs: [0], outputs: [1] }) }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: the file has 5000 ops; at most 4096 are read, split the model"`,
    );
  });

  test('too many subgraphs', () => {
    expect(refusalOf({ subgraphs: new Array<string>(300).fill('again') })).toMatchInlineSnapshot(
      `"ModelFormatError: the file has 300 subgraphs; at most 256 are read, split the model"`,
    );
  });

  test('more dimensions than anything has', () => {
    expect(
      refusalOf({ tensors: [int8Tensor(new Array<number>(1000).fill(1), { name: 'x' }), int8Tensor([1])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor 0 "x": has 1000 dimensions; at most 8 are expected, convert the model again"`,
    );
  });

  test('tensors that share one endless name', () => {
    expect(refusal(sharedName())).toMatchInlineSnapshot(
      `"ModelFormatError: describing the model took more than 8000000 reads; its tables are made to share their parts, refuse the file"`,
    );
  });

  test('buffers that share one endless vector', () => {
    expect(refusal(sharedBuffers())).toMatchInlineSnapshot(
      `"ModelFormatError: tensor 1 "": its buffer overlaps others, together they exceed the file's 1108136 bytes; refuse the file"`,
    );
  });
});

describe('indices out of range', () => {
  test('an input of the model', () => {
    expect(refusalOf({ inputs: [7] })).toMatchInlineSnapshot(
      `"ModelFormatError: inputs of the model: refers to tensor 7, the file has 2; it is damaged, get it again"`,
    );
  });

  test('an output of the model', () => {
    expect(refusalOf({ outputs: [-1] })).toMatchInlineSnapshot(
      `"ModelFormatError: outputs of the model: refers to tensor -1, the file has 2; it is damaged, get it again"`,
    );
  });

  test('an input of an op', () => {
    expect(refusalOf({ operators: [{ inputs: [99], outputs: [1] }] })).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 LOGISTIC, input: refers to tensor 99, the file has 2; it is damaged, get it again"`,
    );
  });

  test('an output of an op', () => {
    expect(refusalOf({ operators: [{ inputs: [0], outputs: [-2] }] })).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 LOGISTIC, output 0: refers to tensor -2, the file has 2; it is damaged, get it again"`,
    );
  });

  test('the code of an op', () => {
    expect(refusalOf({ operators: [{ code: 3, inputs: [0], outputs: [1] }] })).toMatchInlineSnapshot(
      `"ModelFormatError: op 0: refers to operator code 3, the file has 1; it is damaged, get it again"`,
    );
  });

  test('the buffer of a tensor', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1], { name: 'x', buffer: 9 }), int8Tensor([1])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor 0 "x": refers to buffer 9, the file has 1; it is damaged, get it again"`,
    );
  });
});

describe('the flow of data', () => {
  test('no outputs', () => {
    expect(refusalOf({ outputs: [] })).toMatchInlineSnapshot(
      `"ModelFormatError: outputs of the model: there is none; mark what the model is to return"`,
    );
  });

  test('an output that no op makes', () => {
    expect(refusalOf({ operators: [], outputs: [1] })).toMatchInlineSnapshot(
      `"ModelFormatError: outputs of the model: no op makes "y"; convert the model again"`,
    );
  });

  test('an input that a later op makes', () => {
    expect(
      refusalOf({
        operators: [
          { inputs: [1], outputs: [2] },
          { inputs: [0], outputs: [1] },
        ],
        tensors: [int8Tensor([1]), int8Tensor([1]), int8Tensor([1])],
        outputs: [2],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: logistic_0: no earlier op makes its input "tensor_1"; ops must stand in execution order, convert the model again"`,
    );
  });

  test('two ops with one output', () => {
    expect(
      refusalOf({
        operators: [
          { inputs: [0], outputs: [1] },
          { inputs: [0], outputs: [1] },
        ],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: logistic_1: writes "y", which is a constant, an input, a state, or another op's output; convert the model again"`,
    );
  });

  test('an op that writes its input', () => {
    expect(refusalOf({ operators: [{ inputs: [0], outputs: [0] }], outputs: [0] })).toMatchInlineSnapshot(
      `"ModelFormatError: logistic_0: writes "x", which is a constant, an input, a state, or another op's output; convert the model again"`,
    );
  });

  test('an input listed twice', () => {
    expect(refusalOf({ inputs: [0, 0] })).toMatchInlineSnapshot(
      `"ModelFormatError: inputs of the model: "x" is a constant, a state, or listed twice; a value to feed is expected, convert the model again"`,
    );
  });

  test('an op with too many inputs', () => {
    expect(refusalOf({ operators: [{ inputs: [0, 0], outputs: [1] }] })).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 LOGISTIC: has 2 inputs, 1 expected; convert the model again"`,
    );
  });

  test('an op without its input', () => {
    expect(refusalOf({ operators: [{ inputs: [-1], outputs: [1] }] })).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 LOGISTIC: its input (input 0) is missing; convert the model again"`,
    );
  });

  test('an op without outputs', () => {
    expect(refusalOf({ operators: [{ inputs: [0], outputs: [] }] })).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 LOGISTIC: has 0 outputs, 1 expected; convert the model again"`,
    );
  });
});

describe('tensors', () => {
  test('a negative dimension', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, -2], { name: 'x' }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has the shape [1, -2]; every dimension must be at least 1, convert the model with fixed shapes"`,
    );
  });

  test('a dimension of zero', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([0, 2], { name: 'x' }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has the shape [0, 2]; every dimension must be at least 1, convert the model with fixed shapes"`,
    );
  });

  test('more elements than can be counted', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([2 ** 30, 2 ** 30], { name: 'x' }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has the shape [1073741824, 1073741824], 1152921504606847000 elements; at most 2147483647 are expected, split the model"`,
    );
  });

  test('elements of a type that is not read', () => {
    expect(
      refusalOf({
        tensors: [int8Tensor([1, 2], { name: 'x', type: TensorType.FLOAT16 }), int8Tensor([1, 2])],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: tensor 0 "x": its elements are FLOAT16; int8, int16, int32, int64, float32, bool, uint8 are read, convert the model again"`,
    );
  });

  test('elements of a type that nobody knows', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', type: 77 }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: tensor 0 "x": its elements are number 77; int8, int16, int32, int64, float32, bool, uint8 are read, convert the model again"`,
    );
  });

  test('a buffer that is too short', () => {
    expect(
      refusalOf({
        tensors: [int8Tensor([2, 3], { name: 'x', buffer: 1 }), int8Tensor([1])],
        buffers: [{}, { bytes: new Uint8Array(5) }],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor 0 "x": its buffer has 5 bytes, the shape [2, 3] takes 6; the file is damaged, get it again"`,
    );
  });

  test('a constant as input of the model', () => {
    expect(
      refusalOf({
        tensors: [int8Tensor([2, 3], { name: 'x', buffer: 1 }), int8Tensor([1])],
        buffers: [{}, { bytes: new Uint8Array(6) }],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: inputs of the model: "x" is a constant, a state, or listed twice; a value to feed is expected, convert the model again"`,
    );
  });

  test('sparse weights', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', isSparse: true }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: tensor 0 "x": is sparse; convert the model without sparsity"`,
    );
  });

  test('elements behind the FlatBuffer', () => {
    expect(
      refusalOf({
        tensors: [int8Tensor([2], { name: 'x', buffer: 1 }), int8Tensor([1])],
        buffers: [{}, { offset: 4096n, size: 2n }],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: tensor 0 "x": its elements are stored behind the FlatBuffer; convert the model to a file below 2 GB"`,
    );
  });

  test('elements in another file', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', externalBuffer: 1 }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: tensor 0 "x": its elements are in another file; convert the model to a single file"`,
    );
  });

  test('a scale that is not a number', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', scales: [NaN] }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has the scale NaN; a positive number is expected, requantize the model"`,
    );
  });

  test('a scale of zero', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', scales: [0] }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has the scale 0; a positive number is expected, requantize the model"`,
    );
  });

  test('a negative scale', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', scales: [-0.5] }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has the scale -0.5; a positive number is expected, requantize the model"`,
    );
  });

  test('an infinite scale', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', scales: [Infinity] }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has the scale Infinity; a positive number is expected, requantize the model"`,
    );
  });

  test('no scale', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', scales: [] }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: logistic_0: its input "x": no scale found; requantize the model"`,
    );
  });

  test('a zero point that int8 does not have', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', zeroPoints: [128n] }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has the zero point 128; int8 has -128 to 127, requantize the model"`,
    );
  });

  test('a zero point that nothing has', () => {
    expect(
      refusalOf({
        tensors: [int8Tensor([1, 2], { name: 'x', zeroPoints: [2n ** 62n] }), int8Tensor([1, 2])],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has the zero point 4611686018427388000; int8 has -128 to 127, requantize the model"`,
    );
  });

  test('more zero points than scales', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', zeroPoints: [0n, 0n] }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor 0 "x": has 1 scales and 2 zero points; as many are expected, requantize the model"`,
    );
  });

  test('as many scales as fit no dimension', () => {
    expect(
      refusalOf({
        tensors: [int8Tensor([1, 2], { name: 'x', scales: [1, 1, 1], axis: 1 }), int8Tensor([1, 2])],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has 3 scales and 3 zero points for the 2 indices of dimension 1; requantize the model"`,
    );
  });

  test('scales along a dimension that is not there', () => {
    expect(
      refusalOf({
        tensors: [int8Tensor([1, 2], { name: 'x', scales: [1, 1], axis: 5 }), int8Tensor([1, 2])],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "x": has scales along dimension 5; its shape is [1, 2], requantize the model"`,
    );
  });

  test('scales per channel where one is expected', () => {
    expect(
      refusalOf({
        tensors: [int8Tensor([1, 2], { name: 'x', scales: [1, 1], axis: 1 }), int8Tensor([1, 2])],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: logistic_0: its input "x": 2 scales along dimension 1 found, one scale expected; requantize the model"`,
    );
  });

  test('a scheme of quantization that is not read', () => {
    expect(
      refusalOf({ tensors: [int8Tensor([1, 2], { name: 'x', quantizationKind: 2 }), int8Tensor([1, 2])] }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: tensor 0 "x": its quantization is of kind 2; scales and zero points are expected, requantize the model"`,
    );
  });
});

describe('what is not supported', () => {
  test('ops, all of them at once', () => {
    expect(
      refusalOf({
        codes: [
          { builtin: BuiltinOperator.CONV_3D },
          { builtin: BuiltinOperator.CUSTOM, custom: 'FlexRFFT' },
          { builtin: 300 },
          { builtin: BuiltinOperator.LOGISTIC },
        ],
        operators: [0, 3, 1, 2, 0].map((code) => ({ code, inputs: [0], outputs: [1] })),
      }),
    ).toMatchInlineSnapshot(`
      "UnsupportedModelError: 3 things cannot run:
      - ops 0, 4 CONV_3D: is not supported; export the model without it
      - op 2 CUSTOM "FlexRFFT": is not supported; export the model without it
      - op 3 number 300: is not supported; export the model without it"
    `);
  });

  test('more than one subgraph', () => {
    expect(refusalOf({ subgraphs: ['main', 'while_condition', 'while_body'] })).toMatchInlineSnapshot(`
      "UnsupportedModelError: 2 things cannot run:
      - subgraph 1 "while_condition": a model of one subgraph is expected; export the model without control flow
      - subgraph 2 "while_body": a model of one subgraph is expected; export the model without control flow"
    `);
  });

  test('an LSTM with the basic kernel', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.LSTM }],
        operators: [
          { inputs: [0, 0, 0, 0, 0], outputs: [1], options: { kind: 'lstm', activation: 4, kernel: 1 } },
        ],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: op 0 LSTM: has the basic kernel; the full one (24 inputs) is expected, convert the model again"`,
    );
  });

  test('an LSTM with another activation', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.LSTM }],
        operators: [{ inputs: [0], outputs: [1], options: { kind: 'lstm', activation: 1, kernel: 0 } }],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: op 0 LSTM: its activation is RELU; TANH is expected, train the layer with it"`,
    );
  });

  test('diagonal recurrent weights', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM }],
        operators: [
          { inputs: [0], outputs: [1], options: { kind: 'sequenceLstm', activation: 4, isDiagonal: true } },
        ],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: op 0 UNIDIRECTIONAL_SEQUENCE_LSTM: has diagonal recurrent weights; full matrices are expected, train the layer with them"`,
    );
  });

  test('a dense layer with shuffled weights', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.FULLY_CONNECTED }],
        operators: [{ inputs: [0, 0], outputs: [1], options: { kind: 'fullyConnected', weightsFormat: 1 } }],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: op 0 FULLY_CONNECTED: its weights are stored as SHUFFLED4x16INT8; row-major ones are expected, convert the model again"`,
    );
  });

  test('a dense layer with a fused tanh', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.FULLY_CONNECTED }],
        operators: [{ inputs: [0, 0], outputs: [1], options: { kind: 'fullyConnected', activation: 4 } }],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: op 0 FULLY_CONNECTED: its fused activation is TANH; one of NONE, RELU, RELU6, RELU_N1_TO_1 is expected, split the layer"`,
    );
  });

  test('a reshape to a computed shape', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.RESHAPE }],
        operators: [{ inputs: [0, 0], outputs: [1] }],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: op 0 RESHAPE: its target shape is computed while it runs; a constant one is expected, export the model with fixed shapes"`,
    );
  });

  test('a float op', () => {
    expect(refusalOfGraph(floatGraph('tanh'))).toMatchInlineSnapshot(
      `"UnsupportedModelError: the model: computes in float32 (tanh_0); quantize it to integers: octogate quantize MODEL --calibrate DATA -o OUT.tflite"`,
    );
  });

  test('a float LSTM and a hybrid one', () => {
    expect(refusalOfGraph(sourceLstms())).toMatchInlineSnapshot(
      `"UnsupportedModelError: the model: is hybrid: float32 activations, int8 weights (lstm_0) and computes in float32 (lstm_1); quantize it to integers: octogate quantize MODEL --calibrate DATA -o OUT.tflite"`,
    );
  });
});

describe('ops', () => {
  test('options of another op', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.SOFTMAX }],
        operators: [{ inputs: [0], outputs: [1], options: { kind: 'reshape', shape: [2] } }],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 SOFTMAX: its options are of type 17, 9 expected; the file is damaged, get it again"`,
    );
  });

  test('a softmax with a negative beta', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.SOFTMAX }],
        operators: [{ inputs: [0], outputs: [1], options: { kind: 'softmax', beta: -1 } }],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: softmax_0: beta is -1; a positive number is expected, convert the model again"`,
    );
  });

  test('a softmax without options', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.SOFTMAX }],
        operators: [{ inputs: [0], outputs: [1] }],
      }),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: op 0 SOFTMAX: has no options, so no beta; convert the model again"`,
    );
  });

  test('a reshape without a target', () => {
    expect(refusalOf({ codes: [{ builtin: BuiltinOperator.RESHAPE }] })).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 RESHAPE: has no target shape; convert the model again"`,
    );
  });

  test('a reshape that loses elements', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.RESHAPE }],
        operators: [{ inputs: [0], outputs: [1], options: { kind: 'reshape', shape: [3, -1] } }],
      }),
    ).toMatchInlineSnapshot(`"ModelFormatError: reshape_0: 2 elements cannot take the shape [3, -1]"`);
  });

  test('a reshape to a float shape', () => {
    expect(
      refusalOf({
        codes: [{ builtin: BuiltinOperator.RESHAPE }],
        tensors: [int8Tensor([1, 2]), int8Tensor([2]), { shape: [1], type: TensorType.FLOAT32, buffer: 1 }],
        buffers: [{}, { bytes: new Uint8Array(4) }],
        operators: [{ inputs: [0, 2], outputs: [1] }],
      }),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 RESHAPE: its target shape is float32; int32 is expected, convert the model again"`,
    );
  });

  test('dense weights of three dimensions', () => {
    expect(refusalOfGraph(dense({ shape: [1, 2, 3] }))).toMatchInlineSnapshot(
      `"ModelFormatError: fullyConnected_0: its weights "t1": shape [1, 2, 3] found, two dimensions expected; convert the model again"`,
    );
  });

  test('dense weights for another input', () => {
    expect(refusalOfGraph(dense({ shape: [2, 4], data: new Int8Array(8) }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: fullyConnected_0: its input rows have 3 elements, its weights take 4; reshape the rows before it"`,
    );
  });

  test('a bias of another length', () => {
    expect(refusalOfGraph(dense({}, { shape: [3], data: new Int32Array(3) }))).toMatchInlineSnapshot(
      `"ModelFormatError: fullyConnected_0: its bias "t2": shape [3] found, [2] expected; convert the model again"`,
    );
  });

  test('dense weights with a zero point', () => {
    expect(refusalOfGraph(dense({ quantization: perTensor(1, 3) }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: fullyConnected_0: its weights "t1": zero point 3 found, 0 expected; requantize the model"`,
    );
  });

  test('dense weights with scales per input', () => {
    expect(
      refusalOfGraph(dense({ quantization: { scales: [1, 1, 1], zeroPoints: [0, 0, 0], axis: 1 } })),
    ).toMatchInlineSnapshot(
      `"UnsupportedModelError: fullyConnected_0: its weights "t1": 3 scales along dimension 1 found, dimension 0, or one scale, expected; requantize the model"`,
    );
  });

  test('dense weights and bias of other types', () => {
    expect(
      refusalOfGraph(
        dense({ dtype: 'int16', data: new Int16Array(6) }, { dtype: 'int8', data: new Int8Array(2) }),
      ),
    ).toMatchInlineSnapshot(`
      "UnsupportedModelError: 2 things cannot run:
      - fullyConnected_0: its weights "t1": int16 found, int8 expected; quantize the model to int8
      - fullyConnected_0: its bias "t2": int8 found, int32 expected; quantize the model to int8"
    `);
  });
});

describe('LSTM', () => {
  test('input weights of another shape', () => {
    expect(refusalOfGraph(reshaped('l0_Wc'))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its cell gate input weights "l0_Wc": shape [1984, 1] found, [31, 64] expected; convert the model again"`,
    );
  });

  test('recurrent weights of another shape', () => {
    expect(refusalOfGraph(reshaped('l0_Ro'))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its output gate recurrent weights "l0_Ro": shape [961, 1] found, [31, 31] expected; convert the model again"`,
    );
  });

  test('a bias that is too short', () => {
    expect(refusalOfGraph(shortened('l0_bf'))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its forget gate bias "l0_bf": shape [30] found, [31] expected; convert the model again"`,
    );
  });

  test('peephole weights that are too short', () => {
    expect(refusalOfGraph(shortened('l0_Pi'))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its input gate peephole weights "l0_Pi": shape [30] found, [31] expected; convert the model again"`,
    );
  });

  test('layer-norm coefficients that are too short', () => {
    expect(refusalOfGraph(shortened('l0_Lc'))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its cell gate layer-norm coefficients "l0_Lc": shape [30] found, [31] expected; convert the model again"`,
    );
  });

  test('projection weights of another shape', () => {
    expect(refusalOfGraph(reshaped('l0_Wp'))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its projection weights "l0_Wp": shape [961, 1] found, [31, 31] expected; convert the model again"`,
    );
  });

  test('states for another batch', () => {
    expect(refusalOfGraph(withOtherBatch())).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its output state "l0_h": shape [3, 31] found, [2, 31] expected with this input; convert the model again"`,
    );
  });

  test('a cell state for another number of units', () => {
    expect(refusalOfGraph(withTensor('l0_c', { shape: [1, 3] }))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its cell state "l0_c": shape [1, 3] found, [2, 31] expected; convert the model again"`,
    );
  });

  test('half an input gate', () => {
    expect(refusalOfGraph(withoutSlot('inputWeights'))).toMatchInlineSnapshot(
      `"ModelFormatError: op 0 UNIDIRECTIONAL_SEQUENCE_LSTM: its input gate input weights (input 1) is missing; convert the model again"`,
    );
  });

  test('a peephole on one gate only', () => {
    expect(refusalOfGraph(withGate('input', { peephole: null }))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: peephole weights found on the gates forget, output, missing on input; all or none expected, convert the model again"`,
    );
  });

  test('layer norm on three gates', () => {
    expect(
      refusalOfGraph(withGate('forget', { layerNorm: null, preActivation: null })),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: layer-norm coefficients found on the gates input, cell, output, missing on forget; all or none expected, convert the model again"`,
    );
  });

  test('a clip that is not a number', () => {
    expect(refusalOfGraph(withLstm({ cellClip: NaN }))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its cell clip is NaN; a positive number, or 0 for none, is expected, convert the model again"`,
    );
  });

  test('a negative clip', () => {
    expect(refusalOfGraph(withLstm({ projectionClip: -1 }))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its projection clip is -1; a positive number, or 0 for none, is expected, convert the model again"`,
    );
  });

  test('a state that is no variable', () => {
    expect(refusalOfGraph(withTensor('l0_h', { isVariable: false }))).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its output state "l0_h" is not a variable tensor; convert the model as stateful"`,
    );
  });

  test('a state that is an input of the model', () => {
    const graph = withTensor('l0_h', { isVariable: false });
    const id = graph.tensors.findIndex(({ name }) => name === 'l0_h') as TensorId;
    expect(refusalOfGraph({ ...graph, inputs: [...graph.inputs, id] })).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its output state "l0_h" is an input of the model, and the op does not give the new one back; convert the layer as stateful, and carry its state with saveState and loadState of a session"`,
    );
  });

  test('a state that is a constant as well', () => {
    expect(refusalOfGraph(withTensor('l0_h', { data: constantState() }))).toMatchInlineSnapshot(
      `"ModelFormatError: tensor "l0_h": is a variable and also a constant; one of both is expected, convert the model again"`,
    );
  });

  test('one tensor for both states', () => {
    expect(
      refusalOfGraph(withDirection({ cellState: (FULL.ops[0] as LstmOp).directions[0].outputState })),
    ).toMatchInlineSnapshot(
      `"ModelFormatError: lstm_0: its cell state "l0_h" belongs to lstm_0; every state has one op, convert the model again"`,
    );
  });

  test('a cell scale that is no power of two', () => {
    expect(refusalOfGraph(withQuantization('l0_c', { scales: [Math.fround(0.0003)] }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its cell state "l0_c" has the scale 0.0003000000142492354; a power of two from 2^-15 to 2^-9 is expected, requantize the model"`,
    );
  });

  test('a cell scale beyond 2^-9', () => {
    expect(refusalOfGraph(withQuantization('l0_c', { scales: [2 ** -8] }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its cell state "l0_c" has the scale 0.00390625; a power of two from 2^-15 to 2^-9 is expected, requantize the model"`,
    );
  });

  test('a cell scale below 2^-15', () => {
    expect(refusalOfGraph(withQuantization('l0_c', { scales: [2 ** -16] }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its cell state "l0_c" has the scale 0.0000152587890625; a power of two from 2^-15 to 2^-9 is expected, requantize the model"`,
    );
  });

  test('a cell state with a zero point', () => {
    expect(refusalOfGraph(withQuantization('l0_c', { zeroPoints: [1] }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its cell state "l0_c": zero point 1 found, 0 expected; requantize the model"`,
    );
  });

  test('a cell state of int8', () => {
    expect(refusalOfGraph(withTensor('l0_c', { dtype: 'int8' }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its cell state "l0_c": int8 found, int16 expected; quantize the model to int8"`,
    );
  });

  test('weights with a zero point', () => {
    expect(refusalOfGraph(withQuantization('l0_Wi', { zeroPoints: [1] }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its input gate input weights "l0_Wi": zero point 1 found, 0 expected; requantize the model"`,
    );
  });

  test('weights without a scale', () => {
    expect(refusalOfGraph(withTensor('l0_Rf', { quantization: null }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its forget gate recurrent weights "l0_Rf": no scale found; requantize the model"`,
    );
  });

  test('weights of int16', () => {
    expect(refusalOfGraph(int16Weights())).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its forget gate input weights "l0_Wf": int16 found, int8 expected; quantize the model to int8"`,
    );
  });

  test('a hidden value without a scale', () => {
    expect(refusalOfGraph(withDirection({ hidden: null }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its hidden value (intermediate 4) has no scale; requantize the model"`,
    );
  });

  test('a hidden value with a scale that is not a number', () => {
    expect(refusalOfGraph(withDirection({ hidden: perTensor(NaN) }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its hidden value (intermediate 4) has scale NaN and zero point 0; one positive scale and a zero point from -128 to 127 are expected, requantize the model"`,
    );
  });

  test('a pre-activation without a scale', () => {
    expect(refusalOfGraph(withGate('input', { preActivation: null }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its input gate pre-activation (intermediate 0) has no scale; requantize the model"`,
    );
  });

  test('a pre-activation with a zero point', () => {
    expect(refusalOfGraph(withGate('input', { preActivation: perTensor(1, 5) }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its input gate pre-activation (intermediate 0) has scale 1 and zero point 5; one positive scale and a zero point of 0 are expected, requantize the model"`,
    );
  });

  test('an output with another scale than its state', () => {
    expect(refusalOfGraph(withQuantization('l0_out', { scales: [0.5] }))).toMatchInlineSnapshot(
      `"UnsupportedModelError: lstm_0: its output has scale 0.5 and zero point -128, its output state 0.013786504045128822 and -128; the same are expected, requantize the model"`,
    );
  });
});

describe('a truncated file', () => {
  test('is refused wherever it ends', () => {
    const bytes = writeModel(dense(), {});
    for (let length = 0; length < bytes.length; length++) refusal(bytes.subarray(0, length));
  });
});

/** The bytes with a 32-bit word replaced. */
function patched(bytes: Uint8Array, position: number, word: number): Uint8Array {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(position, word, true);
  return bytes;
}

/** A small file, changed at one of the model's vectors; `start` is where its elements begin. */
function withVector(
  name: 'subgraphs' | 'codes',
  change: (view: DataView, start: number) => void,
): Uint8Array {
  const bytes = rawTflite({});
  const view = new DataView(bytes.buffer);
  const root = view.getUint32(0, true);
  const vtable = root - view.getInt32(root, true);
  const field = root + view.getUint16(vtable + (name === 'codes' ? 6 : 8), true);
  change(view, field + view.getUint32(field, true) + 4);
  return bytes;
}

/** 3,000 tensors, used as inputs of the model, that all have the same name of a million letters. */
function sharedName(): Uint8Array {
  const builder = new Builder(1 << 21);
  const name = builder.createString('n'.repeat(1_000_000));
  const shape = TensorFields.createShapeVector(builder, [1]);
  const tensors = Array.from({ length: 3000 }, () => {
    TensorFields.startTensor(builder);
    TensorFields.addShape(builder, shape);
    TensorFields.addType(builder, TensorType.INT8);
    TensorFields.addName(builder, name);
    return TensorFields.endTensor(builder);
  });
  return finishShared(builder, tensors, [0]);
}

/** 3,000 constants that all have the same million bytes, in as many buffers. */
function sharedBuffers(): Uint8Array {
  const builder = new Builder(1 << 21);
  const data = BufferFields.createDataVector(builder, new Uint8Array(1_000_000));
  const shape = TensorFields.createShapeVector(builder, [1_000_000]);
  const indices = Array.from({ length: 3000 }, (_, index) => index);
  const buffers = indices.map(() => BufferFields.createBuffer(builder, data, 0n, 0n));
  const tensors = indices.map((index) => {
    TensorFields.startTensor(builder);
    TensorFields.addShape(builder, shape);
    TensorFields.addType(builder, TensorType.INT8);
    TensorFields.addBuffer(builder, index);
    return TensorFields.endTensor(builder);
  });
  return finishShared(builder, tensors, buffers);
}

function finishShared(builder: Builder, tensors: readonly number[], buffers: readonly number[]): Uint8Array {
  const tensorVector = SubGraphFields.createTensorsVector(builder, [...tensors]);
  const inputs = SubGraphFields.createInputsVector(builder, [...tensors.keys()]);
  SubGraphFields.startSubGraph(builder);
  SubGraphFields.addTensors(builder, tensorVector);
  SubGraphFields.addInputs(builder, inputs);
  const subgraphs = ModelFields.createSubgraphsVector(builder, [SubGraphFields.endSubGraph(builder)]);
  const offsets = buffers.map((offset) =>
    offset === 0 ? BufferFields.createBuffer(builder, 0, 0n, 0n) : offset,
  );
  const bufferVector = ModelFields.createBuffersVector(builder, offsets);
  ModelFields.startModel(builder);
  ModelFields.addVersion(builder, 3);
  ModelFields.addSubgraphs(builder, subgraphs);
  ModelFields.addBuffers(builder, bufferVector);
  ModelFields.finishModelBuffer(builder, ModelFields.endModel(builder));
  return builder.asUint8Array();
}

/** The full model with a matrix transposed, which is the same number of elements. */
function reshaped(name: string): Graph {
  const { shape } = FULL.tensors.find((tensor) => tensor.name === name)!;
  return withTensor(name, { shape: [shape[0]! * shape[1]!, 1] });
}

/** The full model with the last element of a vector gone. */
function shortened(name: string): Graph {
  const { shape, data } = FULL.tensors.find((tensor) => tensor.name === name)!;
  return withTensor(name, { shape: [shape[0]! - 1], data: data!.slice(0, -1) });
}

function withOtherBatch(): Graph {
  const tensors = FULL.tensors.map((tensor) =>
    tensor.isVariable ? { ...tensor, shape: [tensor.shape[0]! + 1, tensor.shape[1]!] } : tensor,
  );
  return { ...FULL, tensors };
}

function withoutSlot(slot: 'inputWeights'): Graph {
  return withGate('input', { [slot]: -1 as TensorId });
}

function constantState(): Int8Array {
  const { shape } = FULL.tensors.find(({ name }) => name === 'l0_h')!;
  return new Int8Array(shape[0]! * shape[1]!);
}

function int16Weights(): Graph {
  const { data } = FULL.tensors.find(({ name }) => name === 'l0_Wf')!;
  return withTensor('l0_Wf', { dtype: 'int16', data: Int16Array.from(data as Int8Array) });
}

function floatGraph(kind: 'tanh'): Graph {
  const builder = new GraphBuilder();
  const float = { dtype: 'float32', quantization: null } as const;
  const input = builder.input([1, 3], float);
  const output = builder.tensor([1, 3], float);
  builder.op({ kind, input, output });
  return builder.graph([output]);
}

/** A float LSTM behind a hybrid one: same layers, other types. */
function sourceLstms(): Graph {
  const builder = new GraphBuilder();
  const input = builder.input([1, 4, 3], { dtype: 'float32', quantization: null });
  const [between] = builder.lstm(input, { features: 3, units: 2 });
  const [output] = builder.lstm(between!, { features: 2, units: 2 });
  const graph = builder.graph([output!]);
  const isSecond = (id: number): boolean => id > between!;
  const tensors = graph.tensors.map((tensor, id) => {
    if (tensor.data === null) return { ...tensor, dtype: 'float32' as const, quantization: null };
    if (!isSecond(id)) return tensor;
    return {
      ...tensor,
      dtype: 'float32' as const,
      quantization: null,
      data: Float32Array.from(tensor.data as Int8Array),
    };
  });
  return { ...graph, tensors };
}
