/** From a Keras file to integers that TFLite computes bit for bit. */
import { expect, test } from 'vitest';
import { exportTflite } from '../../../src/export/tflite';
import { importKeras } from '../../../src/import/keras';
import { Octogate } from '../../../src/index';
import type { LstmOp } from '../../../src/model';
import { quantize } from '../../../src/quantize';
import type { CalibrationSample } from '../../../src/quantize';
import { archiveFile } from '../../support/keras-files';
import { drawKerasModel, sequential } from '../../support/keras-model';
import type { ModelDescription } from '../../support/keras-model';
import { negateHiddenZeroPoints } from '../../support/negate-hidden-zero-points';
import { Random } from '../../support/random';
import { runTflite } from '../../support/tflite-oracle';

const FEATURES = 6;
const TIMESTEPS = 7;
const LSTM = {
  units: 8,
  return_sequences: true,
  recurrent_activation: 'sigmoid',
  recurrent_initializer: { class_name: 'Zeros', config: {} },
};

test.each<[string, ModelDescription]>([
  [
    'LSTMs and a dense layer',
    sequential(
      [null, TIMESTEPS, FEATURES],
      [
        ['LSTM', LSTM],
        ['LSTM', LSTM],
        ['Dense', { units: 4 }],
      ],
    ),
  ],
  [
    'an LSTM backwards and the end of another',
    sequential(
      [null, TIMESTEPS, FEATURES],
      [
        ['LSTM', { ...LSTM, go_backwards: true }],
        ['LSTM', { ...LSTM, return_sequences: false }],
      ],
    ),
  ],
])('%s', async (_, description) => {
  const random = new Random(77);
  const model = await drawKerasModel(description, random);
  const graph = importKeras(await archiveFile(model));
  const shape = [1, TIMESTEPS, FEATURES];
  const sequences = Array.from({ length: 20 }, () =>
    Float32Array.from({ length: TIMESTEPS * FEATURES }, () => random.integer(-100, 100) / 50),
  );
  const samples = sequences.map((data): CalibrationSample => ({ calls: [[{ shape, data }]] }));
  const { graph: integer } = await quantize(graph, samples);
  const file = exportTflite(integer);

  const session = (await Octogate.load(file, { backend: 'reference' })).createSession();
  const { scales, zeroPoints } = integer.tensors[integer.inputs[0]!]!.quantization!;
  const { quantization } = integer.tensors[integer.outputs[0]!]!;
  let largestError = 0;
  for (const data of sequences.slice(0, 5)) {
    const input = Int8Array.from(data, (value) =>
      Math.min(Math.max(Math.round(value / scales[0]!) + zeroPoints[0]!, -128), 127),
    );
    session.reset();
    const output = await session.run(input);
    const [[inTflite]] = (await runTflite(negateHiddenZeroPoints(file), [[input]])) as [[Int8Array]];
    // TFLite's fast dense layer rounds some values the other way; LSTMs and what moves their values are exact.
    expectWithin(output, inTflite, description.config.layers.at(-1)!.class_name === 'Dense' ? 1 : 0);
    const [real] = model.run([{ shape, data }]);
    for (const [index, value] of output.entries()) {
      const found = quantization!.scales[0]! * (value - quantization!.zeroPoints[0]!);
      largestError = Math.max(largestError, Math.abs(found - real!.data[index]!));
    }
  }
  expect(integer.ops.some((op): op is LstmOp => op.kind === 'lstm')).toBe(true);
  // Integers of what Keras computes, and not of something else.
  expect(largestError).toBeLessThan(8 * quantization!.scales[0]!);
});

function expectWithin(found: Int8Array, expected: Int8Array, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, index) => {
    expect(Math.abs(value - expected[index]!), `element ${index}`).toBeLessThanOrEqual(tolerance);
  });
}
