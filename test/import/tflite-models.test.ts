import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UnsupportedModelError } from '../../src/errors';
import { importTflite, readTflite } from '../../src/import/tflite';
import type { Graph, LstmOp, TensorId } from '../../src/model';
import {
  CONFORMANCE_CASES,
  FLOAT_MODELS,
  INTEGER_MODELS,
  readCaseModel,
  readSharedModel,
} from '../support/shared-models';

interface LayerDescription {
  readonly ln: boolean;
  readonly proj: boolean;
  readonly peep: boolean;
  readonly cifg: boolean;
  readonly pbias: boolean;
  readonly n_cell: number;
  readonly n_output: number;
  readonly time_major: boolean;
  readonly cell_clip: number;
  readonly proj_clip: number;
  readonly cell_exp: number;
  readonly zh: number;
  readonly zm: number;
}

/** Without projection the output is the hidden value, whatever the description says of it. */
function expectedLayer(layer: LayerDescription): LayerDescription {
  const clips = { cell_clip: Math.fround(layer.cell_clip), proj_clip: Math.fround(layer.proj_clip) };
  if (layer.proj) return { ...layer, ...clips };
  return { ...layer, ...clips, pbias: false, n_output: layer.n_cell, zm: layer.zh };
}

function readMeta(name: string): {
  batch: number;
  time: number;
  n_input: number;
  layers: LayerDescription[];
} {
  const path = join(import.meta.dirname, '../../../shared/conformance', name, 'meta.json');
  return JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof readMeta>;
}

/** What a layer's tensors say of it, in the words of the case's description. */
function describeLayer(graph: Graph, op: LstmOp): LayerDescription {
  const [{ gates, projection, outputState, cellState, hidden }] = op.directions;
  const tensor = (id: TensorId) => graph.tensors[id]!;
  const [units = 0, outputs = 0] = tensor(gates.forget.recurrentWeights).shape;
  return {
    ln: gates.cell.layerNorm !== null,
    proj: projection !== null,
    peep: gates.output.peephole !== null,
    cifg: gates.input === null,
    pbias: (projection?.bias ?? null) !== null,
    n_cell: units,
    n_output: outputs,
    time_major: op.timeMajor,
    cell_clip: op.cellClip,
    proj_clip: op.projectionClip,
    cell_exp: Math.log2(tensor(cellState).quantization!.scales[0]!),
    zh: tensor(outputState).quantization!.zeroPoints[0]!,
    zm: hidden!.zeroPoints[0]!,
  };
}

describe('conformance models', () => {
  test.each(CONFORMANCE_CASES)('%s has the layers of its description', (name) => {
    const graph = importTflite(readCaseModel(name));
    const meta = readMeta(name);
    expect(graph.ops.map(({ kind }) => kind)).toEqual(meta.layers.map(() => 'lstm'));
    const found = graph.ops.map((op) => describeLayer(graph, op as LstmOp));
    for (const [index, layer] of meta.layers.entries())
      expect(expectedLayer(layer)).toMatchObject(found[index]!);
    const input = graph.tensors[graph.inputs[0]!]!;
    const lead = meta.layers[0]!.time_major ? [meta.time, meta.batch] : [meta.batch, meta.time];
    expect(input.shape).toEqual([...lead, meta.n_input]);
  });
});

/** Ops of each model, and the shapes of its inputs and outputs. */
const CLASSIFIER = 'lstm_0 reshape_1 fullyConnected_2 softmax_3';
const QUANTIZED_LSTM = 'quantize_0 lstm_1 dequantize_2';
const EXPECTED: Readonly<Record<(typeof INTEGER_MODELS | typeof FLOAT_MODELS)[number], readonly string[]>> = {
  'tflite-micro/dtln_stage1_int8.tflite': [
    'lstm_0 lstm_1 fullyConnected_2 logistic_3',
    'int8 1,1,257',
    'int8 1,1,257',
  ],
  'tflite-micro/micro_speech_lstm_int8.tflite': [CLASSIFIER, 'int8 1,49,257', 'int8 1,3'],
  'tflite-micro/mnist_lstm_int8.tflite': [CLASSIFIER, 'int8 1,28,28', 'int8 1,10'],
  'tflite-micro/mnist_lstm_float.tflite': [CLASSIFIER, 'float32 1,28,28', 'float32 1,10'],
  // These leave the shape of the LSTM's output open.
  'tflite-quantizer/lstm_quantized.bin': [QUANTIZED_LSTM, 'float32 1,2', 'float32 '],
  'tflite-quantizer/lstm_quantized2.bin': [QUANTIZED_LSTM, 'float32 1,2', 'float32 '],
  'tflite-quantizer/unidirectional_sequence_lstm_quantized.bin': [
    QUANTIZED_LSTM,
    'float32 1,2,2',
    'float32 ',
  ],
  'tflite-quantizer/lstm_calibrated.bin': ['lstm_0', 'float32 1,2', 'float32 '],
  'tflite-quantizer/lstm_calibrated2.bin': ['lstm_0', 'float32 1,2', 'float32 '],
  'tflite-quantizer/unidirectional_sequence_lstm_calibrated.bin': ['lstm_0', 'float32 1,2,2', 'float32 '],
};

describe('models of others', () => {
  test.each(INTEGER_MODELS)('%s', (path) => {
    expect(summarize(importTflite(readSharedModel(path)))).toEqual(EXPECTED[path]);
  });

  test.each(FLOAT_MODELS)('%s is read as a source, and asks to be quantized', (path) => {
    const bytes = readSharedModel(path);
    expect(summarize(readTflite(bytes))).toEqual(EXPECTED[path]);
    expect(() => importTflite(bytes)).toThrow(UnsupportedModelError);
    expect(() => importTflite(bytes)).toThrow(
      /the model: computes in float32 \(lstm_0.*octogate quantize MODEL/,
    );
  });

  test('a float model says once which layers are float, and what to do', () => {
    const bytes = readSharedModel('tflite-micro/mnist_lstm_float.tflite');
    expect(() => importTflite(bytes)).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: the model: computes in float32 (lstm_0, fullyConnected_2), with 2 ops around them; quantize it to integers: octogate quantize MODEL --calibrate DATA -o OUT.tflite]`,
    );
  });

  test('an unrolled model is read as a source, op by op', () => {
    const graph = readTflite(readSharedModel('dtln/model_1.tflite'));
    expect(graph.ops.length).toBeGreaterThan(40);
    expect(graph.inputs.map((id) => graph.tensors[id]!.shape)).toEqual([
      [1, 1, 257],
      [1, 2, 128, 2],
    ]);
    expect(() => importTflite(readSharedModel('dtln/model_1.tflite'))).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: the model: computes in float32 (fullyConnected_3, fullyConnected_4, fullyConnected_19, fullyConnected_21, fullyConnected_37), with 44 ops around them; quantize it to integers: octogate quantize MODEL --calibrate DATA -o OUT.tflite]`,
    );
  });

  test('an unrolled hybrid model names its hybrid layers', () => {
    expect(() =>
      importTflite(readSharedModel('dtln/model_quant_1.tflite')),
    ).toThrowErrorMatchingInlineSnapshot(
      `[UnsupportedModelError: the model: is hybrid: float32 activations, int8 weights (fullyConnected_3, fullyConnected_4, fullyConnected_19, fullyConnected_21, fullyConnected_37), with 44 ops around them; quantize it to integers: octogate quantize MODEL --calibrate DATA -o OUT.tflite]`,
    );
  });

  test.each(['dtln/model_2.tflite', 'dtln/model_quant_2.tflite'])(
    '%s, with an instant layer norm in front, is read as a source',
    (path) => {
      const graph = readTflite(readSharedModel(path));
      const operations = graph.ops.flatMap((op) => (op.kind === 'binary' ? [op.operation] : []));
      const functions = graph.ops.flatMap((op) => (op.kind === 'floatUnary' ? [op.function] : []));
      expect(operations).toContain('squaredDifference');
      expect(functions).toEqual(['rsqrt']);
      expect(() => importTflite(readSharedModel(path))).toThrow(/quantize it to integers: octogate quantize/);
    },
  );
});

describe('the bytes', () => {
  const bytes = readCaseModel('1000-014-lnprojpeep-2l');
  const graph = importTflite(bytes);

  test('may be an ArrayBuffer, or stand anywhere in one', () => {
    expect(importTflite(bytes.buffer)).toEqual(graph);
    for (const shift of [1, 2, 3, 8]) {
      const moved = new Uint8Array(bytes.length + 2 * shift).fill(0xaa);
      moved.set(bytes, shift);
      expect(importTflite(moved.subarray(shift, shift + bytes.length))).toEqual(graph);
    }
  });

  test('may change afterwards', () => {
    const scratch = bytes.slice();
    const imported = importTflite(scratch);
    scratch.fill(0xff);
    expect(imported).toEqual(graph);
  });
});

function summarize({ tensors, ops, inputs, outputs }: Graph): string[] {
  const ends = [...inputs, ...outputs].map((id) => `${tensors[id]!.dtype} ${tensors[id]!.shape.join()}`);
  return [ops.map(({ name }) => name).join(' '), ...ends];
}
