/** Models of every format as .tflite, which TFLite runs to what the format's own runtime computes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { readTflite } from '../../src/import/tflite';
import type { FloatTensor } from '../../src/quantize';
import { largestDifference, randomFloats } from '../support/compare-onnx';
import { archiveFile, wholeModelFile } from '../support/keras-files';
import { drawKerasModel, sequential } from '../support/keras-model';
import { OnnxBuilder } from '../support/onnx-model';
import { runOnnx } from '../support/onnx-oracle';
import { readGolden } from '../support/pytorch-golden';
import { Random } from '../support/random';
import { ROOT } from '../support/repository';
import { encodeSafetensors } from '../support/safetensors';
import { runTflite } from '../support/tflite-oracle';
import { smallFloatGraph, writeModel, writeSequences } from './support/float-models';
import { octogate, temporaryFolder } from './support/octogate';

beforeAll(buildIfStale);

const folder = temporaryFolder();
const float = writeModel(folder, 'float.tflite', smallFloatGraph());
const [STEPS, FEATURES, UNITS, CLASSES] = [5, 4, 6, 3];

/** What TFLite makes of the exported file, one array per output. */
async function runExported(
  name: string,
  content: Uint8Array,
  input: Float32Array,
  ...options: readonly string[]
): Promise<Float32Array[]> {
  const [model, output] = [join(folder, name), join(folder, `${name}.tflite`)];
  writeFileSync(model, content);
  const { code, stderr } = await octogate('export', model, '-o', output, ...options);
  expect([code, stderr]).toEqual([0, '']);
  const [found] = await runTflite(readFileSync(output), [[input]]);
  return found as Float32Array[];
}

const frames = (seed: number): FloatTensor => ({
  shape: [1, STEPS, FEATURES],
  data: randomFloats(STEPS * FEATURES, seed),
});

describe('octogate export of another format', () => {
  it('writes an ONNX model, with a size for a dimension that it leaves open', async () => {
    const builder = new OnnxBuilder(14);
    builder.input('X', ['time', 'batch', FEATURES]);
    builder.floats('W', [1, 4 * UNITS, FEATURES], randomFloats(4 * UNITS * FEATURES, 1));
    builder.floats('R', [1, 4 * UNITS, UNITS], randomFloats(4 * UNITS * UNITS, 2));
    builder.floats('B', [1, 8 * UNITS], randomFloats(8 * UNITS, 3));
    builder.floats('P', [1, 3 * UNITS], randomFloats(3 * UNITS, 4));
    builder.node('LSTM', ['X', 'W', 'R', 'B', '', '', '', 'P'], ['Y'], {
      hidden_size: UNITS,
      input_forget: 1,
    });
    builder.integers('one', [1]);
    builder.node('Squeeze', ['Y', 'one'], 'hidden');
    builder.floats('w', [UNITS, CLASSES], randomFloats(UNITS * CLASSES, 5));
    builder.node('MatMul', ['hidden', 'w'], 'logits');
    builder.node('Softmax', ['logits'], 'beliefs', { axis: -1 });
    builder.output('beliefs', 3);
    const [model, { data }] = [builder.build(), frames(6)];
    const [expected] = await runOnnx(model, [{ X: { shape: [STEPS, 1, FEATURES], data: data } }]);
    const [found] = await runExported(
      'model.onnx',
      model,
      Float32Array.from(data),
      '--dimension',
      `time=${STEPS}`,
    );
    expect(largestDifference(found!, expected!['beliefs']!.data as Float32Array)).toBeLessThan(1e-5);
  });

  const chain = sequential(
    [null, null, FEATURES],
    [
      ['LSTM', lstm({ return_sequences: true })],
      [
        'Bidirectional',
        { merge_mode: 'concat', layer: { class_name: 'LSTM', config: { name: 'lstm', ...lstm({}) } } },
      ],
      ['Dense', { units: CLASSES, activation: 'softmax' }],
    ],
  );
  it.each([
    ['model.h5', wholeModelFile],
    ['model.keras', archiveFile],
  ])('writes a Keras model: %s', async (name, fileOf) => {
    const model = await drawKerasModel(chain, new Random(7));
    const [expected] = model.run([frames(8)]);
    const input = Float32Array.from(frames(8).data);
    const [found] = await runExported(name, await fileOf(model), input, '--model-timesteps', String(STEPS));
    expect(largestDifference(found!, expected!.data)).toBeLessThan(1e-5);
  });

  it.each(['stacked', 'projected'])('writes PyTorch weights, described by another file: %s', async (name) => {
    const { description, calls } = readGolden(name);
    const { inputs, outputs } = calls[0]!;
    const [batch, timesteps] = inputs[0]!.shape;
    const config = join(folder, `${name}.json`);
    writeFileSync(config, JSON.stringify({ ...(description as object), timesteps }));
    const weights = readFileSync(join(ROOT, `test/import/golden/${name}.safetensors`));
    // The file is for one sequence.
    const first = ({ data }: { readonly data: readonly number[] }): Float32Array =>
      Float32Array.from(data.slice(0, data.length / batch!));
    const [found] = await runExported(`${name}.safetensors`, weights, first(inputs[0]!), '--config', config);
    expect(largestDifference(found!, first(outputs[0]!))).toBeLessThan(1e-5);
  });

  it('writes PyTorch weights that bring their description along', async () => {
    const weight = { shape: [2, 3], data: [1, 2, 3, 4, 5, -6] };
    const layers = [{ type: 'linear', module: 'dense' }, { type: 'relu' }];
    const file = encodeSafetensors({ 'dense.weight': weight }, { octogate: JSON.stringify({ layers }) });
    const [found] = await runExported('described.safetensors', file, Float32Array.of(1, 0, 2));
    expect(found).toEqual(Float32Array.of(7, 0));
  });
});

/** TensorFlow.js draws orthogonal weights with functions that are no part of its core; they are drawn anew anyway. */
function lstm(settings: object): Readonly<Record<string, unknown>> {
  const recurrent_initializer = { class_name: 'Zeros', config: {} };
  return { units: UNITS, recurrent_activation: 'sigmoid', recurrent_initializer, ...settings };
}

describe('octogate export', () => {
  it('writes a float model again as it is', async () => {
    const copy = join(folder, 'copy.tflite');
    const { code, stdout } = await octogate('export', float, '-o', copy);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/copy\.tflite \(\d+ bytes, .* has \d+\)\n/)]);
    expect(readTflite(readFileSync(copy))).toEqual(readTflite(readFileSync(float)));
  });

  it('writes an integer model again, and prints JSON', async () => {
    const copy = join(folder, 'digits.tflite');
    const { stdout } = await octogate('export', join(ROOT, 'models/digits.tflite'), '-o', copy, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ output: copy, bytes: { after: readFileSync(copy).length } });
    expect(readTflite(readFileSync(copy))).toEqual(
      readTflite(readFileSync(join(ROOT, 'models/digits.tflite'))),
    );
  });

  it('refuses what is no model', async () => {
    const data = await writeSequences(folder, 'sequences.npy', 100, 4);
    const { code, stderr } = await octogate('export', data, '-o', join(folder, 'none.tflite'));
    expect(stderr).toMatch(/^octogate: .*sequences\.npy: the file: none of the known model formats/);
    expect(code).toBe(2);
  });
});
