import { describe, expect, test } from 'vitest';
import { lowerLstm } from '../../src/lower/lstm';
import type { Graph } from '../../src/model';
import { calibrate, FloatRunner, quantizeGraph } from '../../src/quantize';
import type { CalibrationSample, LstmVariant } from '../../src/quantize';
import { lstmSequence } from '../../src/reference/lstm_sequence';
import { lstmGraph, noise, VARIANTS, variantName } from './support/lstm-graph';

const SIZES = { batch: 4, steps: 24, inputs: 12, units: 24, projected: 10 };

/**
 * An 8-bit signal that fills its range has 45 to 50 dB; weights, states and the fixed-point activations take their share.
 * Measured over the cases below: 34.6 (layer norm with projection) to 42.6 dB.
 */
const LOWEST_DECIBELS = 33;

function sequence(stream: number): Float32Array {
  return noise(stream, SIZES.batch * SIZES.steps * SIZES.inputs);
}

function graphOf(variant: LstmVariant, direction: 'forward' | 'reverse'): Graph {
  const outputs = variant.projection ? SIZES.projected : SIZES.units;
  /** Weights of the size that training leaves: about 1 / sqrt(fan in) for matrices. */
  const spread = (stream: number): number => {
    if (stream === 60) return Math.sqrt(3 / SIZES.units);
    return [Math.sqrt(3 / SIZES.inputs), Math.sqrt(3 / outputs), 0.5, 0.3, 1][stream % 10]!;
  };
  return lstmGraph({
    variant,
    direction,
    ...SIZES,
    values: (stream, count) => {
      const shape = noise(stream, count);
      // Layer-norm coefficients lie around 1.
      return stream % 10 === 4 ? shape.map((v) => 1 + 0.5 * v) : shape.map((v) => spread(stream) * v);
    },
  });
}

/** Output power over error power, in decibels, over two calls on one state. */
async function signalToNoise(variant: LstmVariant, direction: 'forward' | 'reverse'): Promise<number> {
  const graph = graphOf(variant, direction);
  const shape = [SIZES.batch, SIZES.steps, SIZES.inputs];
  const samples: CalibrationSample[] = [100, 101, 102].map((stream) => ({
    calls: [[{ shape, data: sequence(stream) }]],
  }));
  const integer = quantizeGraph(graph, await calibrate(graph, samples));
  const op = integer.ops[0]!;
  if (op.kind !== 'lstm') throw new Error('the graph has one LSTM');
  const parameters = lowerLstm(op, integer).directions[0]!;
  const x = integer.tensors[integer.inputs[0]!]!.quantization!;
  const y = integer.tensors[integer.outputs[0]!]!.quantization!;
  const state = {
    hidden: new Int8Array(SIZES.batch * parameters.outputElements).fill(parameters.outputZeroPoint),
    cell: new Int16Array(SIZES.batch * SIZES.units),
  };
  const runner = new FloatRunner(graph);
  let signal = 0;
  let noisePower = 0;
  for (const stream of [200, 201]) {
    const data = sequence(stream);
    const [expected] = runner.run([{ shape, data }]);
    const input = Int8Array.from(data, (value) =>
      Math.min(Math.max(Math.round(value / x.scales[0]!) + x.zeroPoints[0]!, -128), 127),
    );
    const output = new Int8Array(expected!.data.length);
    lstmSequence({
      parameters,
      reversed: direction === 'reverse',
      layout: { batch: SIZES.batch, timesteps: SIZES.steps, timeStride: 1, batchStride: SIZES.steps },
      lengths: null,
      input,
      state,
      output,
    });
    output.forEach((q, index) => {
      const float = expected!.data[index]!;
      signal += float ** 2;
      noisePower += (float - y.scales[0]! * (q - y.zeroPoints[0]!)) ** 2;
    });
  }
  return 10 * Math.log10(signal / noisePower);
}

describe('the integer LSTM stays close to the float one, on sequences that calibration never saw', () => {
  for (const variant of VARIANTS) {
    for (const direction of ['forward', 'reverse'] as const) {
      test(`${variantName(variant)}, ${direction}`, async () => {
        expect(await signalToNoise(variant, direction)).toBeGreaterThan(LOWEST_DECIBELS);
      });
    }
  }
});
