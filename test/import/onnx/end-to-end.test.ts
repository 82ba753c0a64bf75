/** From an ONNX file to integers that TFLite runs to the same bits: the road of a model through the whole library. */
import { expect, test } from 'vitest';
import { exportTflite } from '../../../src/export/tflite';
import { importOnnx } from '../../../src/import/onnx';
import { Octogate } from '../../../src/index';
import { quantize } from '../../../src/quantize';
import { randomFloats } from '../../support/compare-onnx';
import { negateHiddenZeroPoints } from '../../support/negate-hidden-zero-points';
import { OnnxBuilder } from '../../support/onnx-model';
import { runTflite } from '../../support/tflite-oracle';

const [STEPS, FEATURES, UNITS, CLASSES] = [8, 4, 6, 3];

/** Batch-first as PyTorch exports it, with peepholes and a coupled gate, which it does not. */
function model(): Uint8Array {
  const builder = new OnnxBuilder(14);
  const floats = (name: string, shape: readonly number[], seed: number): string =>
    builder.floats(
      name,
      shape,
      randomFloats(
        shape.reduce((product, size) => product * size, 1),
        seed,
      ),
    );
  builder.input('rows', ['batch', 'time', FEATURES]);
  builder.node('Transpose', ['rows'], 'X', { perm: [1, 0, 2] });
  floats('W', [1, 4 * UNITS, FEATURES], 1);
  floats('R', [1, 4 * UNITS, UNITS], 2);
  floats('B', [1, 8 * UNITS], 3);
  floats('P', [1, 3 * UNITS], 4);
  builder.node('LSTM', ['X', 'W', 'R', 'B', '', '', '', 'P'], ['Y'], { hidden_size: UNITS, input_forget: 1 });
  builder.integers('one', [1]);
  builder.node('Squeeze', ['Y', 'one'], 'timeMajor');
  builder.node('Transpose', ['timeMajor'], 'hidden', { perm: [1, 0, 2] });
  floats('w', [UNITS, CLASSES], 5);
  floats('b', [CLASSES], 6);
  builder.node('MatMul', ['hidden', 'w'], 'product');
  builder.node('Add', ['product', 'b'], 'logits');
  builder.output('logits', 3);
  return builder.build();
}

const sequence = (seed: number): Float32Array<ArrayBuffer> => randomFloats(STEPS * FEATURES, seed);

test('LSTM and dense layer: quantized, exported, and run by TFLite to the same bits', async () => {
  const graph = importOnnx(model(), { dimensions: { time: STEPS } });
  const samples = Array.from({ length: 20 }, (_, seed) => ({
    calls: [[{ shape: [1, STEPS, FEATURES], data: sequence(100 + seed) }]],
  }));
  const quantized = await quantize(graph, samples);
  const file = exportTflite(quantized.graph);
  const reference = await Octogate.load(file, { backend: 'reference' });
  const session = reference.createSession();
  const calls = [1, 2].map((seed) => Int8Array.from(sequence(seed), (value) => Math.round(127 * value)));
  const expected = await runTflite(
    negateHiddenZeroPoints(file),
    calls.map((call) => [call]),
  );
  for (const [index, call] of calls.entries()) {
    expect(await session.run(call)).toEqual(expected[index]![0]);
  }
});
