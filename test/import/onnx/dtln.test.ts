/** The float ONNX files of DTLN, whose states are inputs and outputs: sequences of frames, against ONNX Runtime. */
import { describe, expect, it } from 'vitest';
import { readOnnx } from '../../../src/import/onnx';
import { FloatRunner } from '../../../src/quantize';
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

describe('model_1.onnx', () => {
  it('becomes two LSTM layers, whose states are the session’s, and a mask', () => {
    const { graph, notes } = readOnnx(readSharedModel('dtln/model_1.onnx'));
    expect(graph.ops.map(({ kind }) => kind)).toEqual(['lstm', 'lstm', 'fullyConnected', 'logistic']);
    expect(notes.map(({ subject }) => subject)).toEqual(['input "input_3" and output "tf_op_layer_stack_2"']);
  });

  it('runs as in ONNX Runtime, frame by frame', async () => {
    const model = readSharedModel('dtln/model_1.onnx');
    const runner = new FloatRunner(readOnnx(model).graph);
    let state: Float32Array = new Float32Array(STATE_ELEMENTS);
    for (const data of frames(257)) {
      const [expected] = await runOnnx(model, [
        { input_2: { shape: [1, 1, 257], data }, input_3: { shape: STATE, data: state } },
      ]);
      state = expected!['tf_op_layer_stack_2']!.data as Float32Array;
      const [found] = runner.run([{ shape: [1, 1, 257], data }]);
      const wanted = expected!['activation_2']!.data as Float32Array;
      expect(Math.max(...found!.data.map((value, index) => Math.abs(value - wanted[index]!)))).toBeLessThan(
        1e-5,
      );
    }
  });
});
