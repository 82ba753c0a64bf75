import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'npyjs';
import { describe, expect, test } from 'vitest';
import type { LstmVariant } from '../../src/contract/lstm-layout';
import { exportTflite } from '../../src/export/tflite';
import { importTflite } from '../../src/import/tflite';
import { CheckedByteBuffer } from '../../src/import/tflite/checked-byte-buffer';
import { getRootAsModel } from '../../src/import/tflite/generated/model';
import type { FullyConnectedOp, Graph } from '../../src/model';
import { Model } from '../../src/runtime/model';
import { GraphBuilder, perChannel, perTensor } from '../support/graph-builder';
import { negateHiddenZeroPoints } from '../support/negate-hidden-zero-points';
import { CONFORMANCE_CASES, INTEGER_MODELS, readCaseModel, readSharedModel } from '../support/shared-models';
import { integerLstmGraph, VARIANTS, variantName } from '../support/integer-lstm';
import { Random } from '../support/random';
import { runTflite } from '../support/tflite-oracle';

const CONFORMANCE = join(import.meta.dirname, '../../../shared/conformance');

function readInt8(...path: string[]): Int8Array {
  const file = readFileSync(join(CONFORMANCE, ...path));
  const { data } = parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
  if (!(data instanceof Int8Array)) throw new TypeError(`${path.join('/')} does not hold int8`);
  return data;
}

describe('export to .tflite', () => {
  test.each(CONFORMANCE_CASES)(
    'case %s: TFLite computes from our file what it recorded from its own',
    async (name) => {
      const graph = importTflite(readCaseModel(name));
      const file = exportTflite(graph);
      expect(importTflite(file)).toEqual(graph);
      const outputs = await runTflite(negateHiddenZeroPoints(file), [
        [readInt8(name, 'input0.npy')],
        [readInt8(name, 'input1.npy')],
      ]);
      expect(outputs).toEqual([[readInt8(name, 'output0.npy')], [readInt8(name, 'output1.npy')]]);
    },
  );

  test.each(INTEGER_MODELS)('%s survives the round trip', (path) => {
    const graph = importTflite(readSharedModel(path));
    expect(importTflite(exportTflite(graph))).toEqual(graph);
  });

  // One of them has a tensor of shape [-1], which nothing uses and TFLite refuses; ours does not.
  test.each(INTEGER_MODELS.filter((path) => !path.endsWith('lstm_quantized2.bin')))(
    'TFLite computes the same from %s and from our copy',
    async (path) => {
      const original = readSharedModel(path);
      const graph = importTflite(original);
      const calls = [1, 2].map((seed) => randomInputs(graph, seed));
      expect(await runTflite(exportTflite(graph), calls)).toEqual(await runTflite(original, calls));
    },
  );

  test('scales per channel are kept', () => {
    const builder = new GraphBuilder();
    const weights = builder.int8([2, 3], [1, 2, 3, 4, 5, 6], perChannel([0.25, 0.75]));
    const output = builder.fullyConnected(builder.input([1, 3]), weights, { output: builder.tensor([1, 2]) });
    const { ops, tensors } = importTflite(exportTflite(builder.graph([output])));
    const [dense] = ops as FullyConnectedOp[];
    expect(tensors[dense!.weights]!.quantization).toEqual(perChannel([0.25, 0.75]));
  });

  test('equal graphs give equal bytes', () => {
    const bytes = readCaseModel('1000-014-lnprojpeep-2l');
    expect(exportTflite(importTflite(bytes))).toEqual(exportTflite(importTflite(bytes)));
  });

  test('constants are aligned to 16 bytes', () => {
    const file = exportTflite(importTflite(readCaseModel('1000-014-lnprojpeep-2l')));
    const model = getRootAsModel(new CheckedByteBuffer(file));
    const offsets = Array.from(
      { length: model.buffersLength() },
      (_, index) => model.buffers(index)!.dataArray()?.byteOffset ?? 0,
    );
    expect(offsets.filter((offset) => offset > 0).length).toBeGreaterThan(20);
    expect(offsets.filter((offset) => offset % 16 !== 0)).toEqual([]);
  });

  test('description and metadata are written', () => {
    const graph = importTflite(readCaseModel('1000-000-plain'));
    const file = exportTflite(graph, {
      description: 'plain',
      metadata: { first: Uint8Array.of(1, 2, 3), second: Uint8Array.of(4) },
    });
    const model = getRootAsModel(new CheckedByteBuffer(file));
    expect(model.description()).toBe('plain');
    const attachments = [0, 1].map((index) => {
      const entry = model.metadata(index)!;
      return [entry.name(), [...model.buffers(entry.buffer())!.dataArray()!]];
    });
    expect(attachments).toEqual([
      ['first', [1, 2, 3]],
      ['second', [4]],
    ]);
    expect(importTflite(file)).toEqual(graph);
  });

  test('TFLite accepts every op at the version that is written', async () => {
    const graph = neighboursGraph();
    const outputs = await runTflite(exportTflite(graph), [[new Float32Array(2 * 3 * 4).fill(0.5)]]);
    expect(outputs[0]![0]).toBeInstanceOf(Float32Array);
    expect(outputs[0]![0]).toHaveLength(2 * 5);
  });

  test('what BIDIRECTIONAL_SEQUENCE_LSTM has no place for is refused by name, all at once', () => {
    const graph = bidirectionalGraph({
      layerNorm: true,
      projection: true,
      peephole: false,
      coupledGates: false,
    });
    expect(() => exportTflite(graph, { bidirectional: 'op' })).toThrowErrorMatchingInlineSnapshot(`
      [UnsupportedModelError: 4 things cannot run:
      - lstm_0: BIDIRECTIONAL_SEQUENCE_LSTM has no place for layer norm (forward); write both directions with reversals
      - lstm_0: BIDIRECTIONAL_SEQUENCE_LSTM has no place for the hidden value's scale before projection (forward); write both directions with reversals
      - lstm_0: BIDIRECTIONAL_SEQUENCE_LSTM has no place for layer norm (reverse); write both directions with reversals
      - lstm_0: BIDIRECTIONAL_SEQUENCE_LSTM has no place for the hidden value's scale before projection (reverse); write both directions with reversals]
    `);
  });

  test.each(VARIANTS.map((variant) => ({ name: variantName(variant), variant })))(
    'both directions ($name) compute in TFLite what they do here',
    async ({ variant }) => {
      const graph = bidirectionalGraph(variant);
      const calls = [1, 2].map((seed) => randomInputs(graph, seed) as Int8Array[]);
      const model = await Model.fromGraph(importTflite(exportTflite(graph)), { backend: 'reference' });
      const session = model.createSession();
      const expected: Int8Array[][] = [];
      for (const [input] of calls) {
        const outputs = await session.runNamed({ [model.inputs[0]!.name]: input! });
        expected.push(model.outputs.map(({ name }) => outputs[name] as Int8Array));
      }
      const file = negateHiddenZeroPoints(exportTflite(graph));
      expect(
        await runTflite(
          file,
          calls.map((call) => [...call]),
        ),
      ).toEqual(expected);
    },
  );

  test('an unsound graph is refused', () => {
    const graph = importTflite(readCaseModel('1000-000-plain'));
    const late: Graph = { ...graph, ops: [{ ...graph.ops[0]!, name: 'a' }, graph.ops[0]!] };
    expect(() => exportTflite(late)).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: lstm_0: its output state "l0_h" belongs to a; every state has one op, convert the model again]`,
    );
  });
});

/** A layer of two directions; all of one size, as peepholes on both sides of a projection need in TFLite. */
function bidirectionalGraph(variant: LstmVariant): Graph {
  return integerLstmGraph(
    { variant, inputs: 5, units: 6, outputs: 6, batch: 2, timesteps: 4, directions: ['forward', 'reverse'] },
    new Random(16),
  );
}

/** One array per input of the model, of its type. */
function randomInputs({ tensors, inputs }: Graph, seed: number): (Int8Array | Float32Array)[] {
  const random = new Random(seed);
  return inputs.map((id) => {
    const { dtype, shape } = tensors[id]!;
    const values = random.int8(shape.reduce((product, size) => product * size, 1));
    return dtype === 'int8' ? values : Float32Array.from(values, (value) => value / 127);
  });
}

/** float32 -> QUANTIZE -> TANH -> RESHAPE -> FULLY_CONNECTED (all its forms) -> LOGISTIC -> SOFTMAX -> DEQUANTIZE */
function neighboursGraph(): Graph {
  const builder = new GraphBuilder();
  const input = builder.input([2, 3, 4], { dtype: 'float32', quantization: null });
  const unary = (
    kind: 'quantize' | 'tanh' | 'logistic' | 'dequantize',
    from: typeof input,
    to: typeof input,
  ) => {
    builder.op({ kind, input: from, output: to });
    return to;
  };
  const quantized = unary('quantize', input, builder.tensor([2, 3, 4]));
  const squashed = unary('tanh', quantized, builder.tensor([2, 3, 4], { quantization: perTensor(1 / 128) }));
  const weights = builder.int8(
    [4, 4],
    Int8Array.from({ length: 16 }, (_, index) => index * 7 - 50),
  );
  const kept = builder.fullyConnected(squashed, weights, {
    keepDims: true,
    activation: 'relu6',
    output: builder.tensor([2, 3, 4]),
  });
  const flat = builder.tensor([2, 12]);
  builder.op({ kind: 'reshape', input: kept, output: flat, shape: [-1, 12] });
  const logits = builder.fullyConnected(flat, builder.int8([5, 12], new Int8Array(60).fill(3)), {
    bias: builder.tensor([5], {
      dtype: 'int32',
      data: Int32Array.of(1, -2, 3, -4, 5),
      quantization: perTensor(1 / 1024),
    }),
    output: builder.tensor([2, 5]),
  });
  const probabilities = perTensor(1 / 256, -128);
  const gated = unary('logistic', logits, builder.tensor([2, 5], { quantization: probabilities }));
  const distribution = builder.tensor([2, 5], { quantization: probabilities });
  builder.op({ kind: 'softmax', input: gated, output: distribution, beta: 1 });
  const output = unary(
    'dequantize',
    distribution,
    builder.tensor([2, 5], { dtype: 'float32', quantization: null }),
  );
  return builder.graph([output]);
}
