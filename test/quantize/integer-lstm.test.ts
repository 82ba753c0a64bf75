import { describe, expect, test } from 'vitest';
import { exportTflite } from '../../src/export/tflite';
import { importTflite } from '../../src/import/tflite';
import type { Graph } from '../../src/model';
import { calibrate, FloatRunner, quantizeGraph } from '../../src/quantize';
import type { CalibrationSample, LstmVariant } from '../../src/quantize';
import { negateHiddenZeroPoints } from '../support/negate-hidden-zero-points';
import { runTflite } from '../support/tflite-oracle';
import { noise, trainedLstmGraph, VARIANTS, variantName } from './support/lstm-graph';
import type { LstmSizes } from './support/lstm-graph';
import { quantizationOf, runIntegerLstm, toInt8 } from './support/run-integer';

const SIZES: LstmSizes = { batch: 4, steps: 24, inputs: 12, units: 24, projected: 10 };

/**
 * An 8-bit signal that fills its range has 45 to 50 dB; weights, states and the fixed-point activations take their share.
 * Measured over the cases below: 34.6 (layer norm with projection) to 42.6 dB.
 */
const LOWEST_DECIBELS = 33;

function sequence({ batch, steps, inputs }: LstmSizes, stream: number): Float32Array {
  return noise(stream, batch * steps * inputs);
}

async function quantized(graph: Graph, sizes: LstmSizes): Promise<Graph> {
  const shape = [sizes.batch, sizes.steps, sizes.inputs];
  const samples = [100, 101, 102].map((stream): CalibrationSample => ({
    calls: [[{ shape, data: sequence(sizes, stream) }]],
  }));
  return quantizeGraph(graph, await calibrate(graph, samples));
}

describe('the integer LSTM stays close to the float one, over two calls that calibration never saw', () => {
  /** Output power over error power. */
  async function decibels(variant: LstmVariant, direction: 'forward' | 'reverse'): Promise<number> {
    const graph = trainedLstmGraph(variant, direction, SIZES);
    const integer = await quantized(graph, SIZES);
    const x = quantizationOf(integer, integer.inputs[0]!);
    const y = quantizationOf(integer, integer.outputs[0]!);
    const calls = [200, 201].map((stream) => sequence(SIZES, stream));
    const outputs = runIntegerLstm(
      integer,
      SIZES.batch,
      calls.map((call) => toInt8(call, x)),
    );
    const runner = new FloatRunner(graph);
    let signal = 0;
    let error = 0;
    calls.forEach((data, call) => {
      const [expected] = runner.run([{ shape: [SIZES.batch, SIZES.steps, SIZES.inputs], data }]);
      outputs[call]!.forEach((q, index) => {
        const float = expected!.data[index]!;
        signal += float ** 2;
        error += (float - y.scale * (q - y.zeroPoint)) ** 2;
      });
    });
    return 10 * Math.log10(signal / error);
  }

  for (const variant of VARIANTS) {
    for (const direction of ['forward', 'reverse'] as const) {
      test(`${variantName(variant)}, ${direction}`, async () => {
        expect(await decibels(variant, direction)).toBeGreaterThan(LOWEST_DECIBELS);
      });
    }
  }
});

describe('what is exported runs in TFLite to the same bits', () => {
  for (const variant of VARIANTS) {
    // With another number of outputs TFLite's integer peephole reads past its weights.
    const projected = variant.peephole ? 9 : 5;
    const sizes: LstmSizes = { batch: 2, steps: 13, inputs: 7, units: 9, projected };
    test(`${variantName(variant)}, two calls`, async () => {
      const integer = await quantized(trainedLstmGraph(variant, 'forward', sizes), sizes);
      const file = exportTflite(integer);
      const x = quantizationOf(integer, integer.inputs[0]!);
      // The second call is six times as loud as calibration, so that everything saturates.
      const calls = [
        toInt8(sequence(sizes, 200), x),
        toInt8(
          sequence(sizes, 201).map((v) => 6 * v),
          x,
        ),
      ];
      const inTflite = await runTflite(
        negateHiddenZeroPoints(file),
        calls.map((call) => [call]),
      );
      expect(inTflite.flat()).toEqual(runIntegerLstm(importTflite(file), sizes.batch, calls));
    });
  }
});
