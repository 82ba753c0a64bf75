/** The float ONNX files of DTLN, whose states are inputs and outputs: sequences of frames, against ONNX Runtime. */
import { describe, expect, it } from 'vitest';
import { readOnnx } from '../../../src/import/onnx';
import { analyzeShapes } from '../../../src/model/shapes/analyze';
import { FloatRunner } from '../../../src/quantize';
import { largestDifference } from '../../support/compare-onnx';
import { runOnnx } from '../../support/onnx-oracle';
import { Random } from '../../support/random';
import { readSharedModel } from '../../support/shared-models';

const FRAMES = 6;
const STATE = [1, 2, 128, 2];
const STATE_ELEMENTS = 2 * 128 * 2;

function frames(features: number): Float32Array[] {
  const random = new Random(features);
  return Array.from({ length: FRAMES }, () =>
    Float32Array.from({ length: features }, () => 2 * random.real() - 1),
  );
}

const MODELS = [
  { file: 'model_1.onnx', input: 'input_2', state: 'input_3', output: 'activation_2', features: 257 },
  { file: 'model_2.onnx', input: 'input_4', state: 'input_5', output: 'conv1d_3', features: 512 },
] as const;

describe.each(MODELS)('$file', ({ file, input, state, output, features }) => {
  const model = readSharedModel(`dtln/${file}`);
  const { graph, notes } = readOnnx(model);

  it('has two LSTM layers, whose states are the session’s', () => {
    expect(graph.ops.filter(({ kind }) => kind === 'lstm')).toHaveLength(2);
    expect(graph.inputs.map((id) => graph.tensors[id]!.name)).toEqual([input]);
    expect(graph.outputs.map((id) => graph.tensors[id]!.name)).toEqual([output]);
    expect(notes.at(-1)!.subject).toMatch(`input "${state}" and output "tf_op_layer_stack_`);
    const { batch, timesteps, timeLocal } = analyzeShapes(graph);
    expect([batch.fixedBecause, timesteps.fixedBecause, timeLocal]).toEqual([null, null, true]);
  });

  it('runs as in ONNX Runtime, frame by frame', async () => {
    const runner = new FloatRunner(graph);
    let states: Float32Array = new Float32Array(STATE_ELEMENTS);
    for (const data of frames(features)) {
      const [expected = {}] = await runOnnx(model, [
        { [input]: { shape: [1, 1, features], data }, [state]: { shape: STATE, data: states } },
      ]);
      const newStates = Object.entries(expected).find(([name]) => name !== output)![1];
      states = newStates.data as Float32Array;
      const [found] = runner.run([{ shape: [1, 1, features], data }]);
      expect(largestDifference(found!.data, expected[output]!.data as Float32Array)).toBeLessThan(1e-5);
    }
  });
});

it('model_1.onnx holds nothing but its layers: all moves cancel out', () => {
  const { graph } = readOnnx(readSharedModel('dtln/model_1.onnx'));
  expect(graph.ops.map(({ kind }) => kind)).toEqual(['lstm', 'lstm', 'fullyConnected', 'logistic']);
});
