import { readFileSync } from 'node:fs';
import { at } from '../../src/errors';
import type { FloatTensor } from '../../src/quantize';
import { openTflite } from '../../test/support/tflite-oracle';
import type { SequenceFunction, Stages } from './denoise';
import { DTLN_FOLDER } from './dtln';

/** Elements of a stage's LSTM states, in and out: `[1, 2 layers, 128 units, output and cell]`. */
const STATE_ELEMENTS = 2 * 128 * 2;

/**
 * The authors' own `.tflite` files by TFLite itself: `model_1` and `model_2` in float, or `model_quant_1` and
 * `model_quant_2` with what TFLite calls dynamic range.
 */
export function tfliteStages(name: 'model' | 'model_quant'): Stages {
  return {
    spectralMask: frameByFrame(`${name}_1.tflite`),
    refine: frameByFrame(`${name}_2.tflite`),
  };
}

/** The files take one frame at a time, with the states that the frame before it left. */
function frameByFrame(file: string): SequenceFunction {
  const model = readFileSync(`${DTLN_FOLDER}/${file}`);
  return async ({ shape, data }: FloatTensor) => {
    const [clips = 0, frames = 0, values = 0] = shape;
    const interpreter = await openTflite(model);
    const result = new Float32Array(data.length);
    for (let clip = 0; clip < clips; clip++) {
      let state = new Float32Array(STATE_ELEMENTS);
      for (let frame = 0; frame < frames; frame++) {
        const begin = (clip * frames + frame) * values;
        const outputs = interpreter.run([data.subarray(begin, begin + values), state]);
        result.set(at(outputs, 0), begin);
        state = Float32Array.from(at(outputs, 1));
      }
    }
    return result;
  };
}
