import { describe, expect, test } from 'vitest';
import { CalibrationError } from '../../src/errors';
import { calibrate, parseCalibrationRanges } from '../../src/quantize';
import type { CalibrationSample, FloatTensor } from '../../src/quantize';
import { lstmGraph, noise } from './support/lstm-graph';

const SIZES = { batch: 1, steps: 2, inputs: 3, units: 4, projected: 2 };
const graph = lstmGraph({
  variant: { layerNorm: false, projection: true, peephole: false, coupledInputForget: true },
  ...SIZES,
  values: noise,
});

function input(data: Float32Array, shape: readonly number[] = [1, data.length / 3, 3]): FloatTensor {
  return { shape, data };
}

function sample(...calls: readonly Float32Array[]): CalibrationSample {
  return { calls: calls.map((data) => [input(data)]) };
}

describe('ranges', () => {
  test('cover all samples and every site, and survive JSON', async () => {
    const [a, b] = [noise(1, 6), noise(2, 6).map((value) => 3 * value)];
    const ranges = await calibrate(graph, [sample(a), sample(b)]);
    const all = [...a, ...b];
    expect(ranges.tensors['x']).toEqual({ min: Math.min(...all), max: Math.max(...all) });
    expect(Object.keys(ranges.tensors).sort()).toEqual(['c', 'x', 'y']);
    expect(Object.keys(ranges.internals).sort()).toEqual([
      'lstm_0/forward/cell gate pre-activation',
      'lstm_0/forward/forget gate pre-activation',
      'lstm_0/forward/hidden',
      'lstm_0/forward/output gate pre-activation',
    ]);
    expect(ranges.samples).toBe(2);
    expect(ranges.observer).toBe('min-max');
    expect(parseCalibrationRanges(JSON.parse(JSON.stringify(ranges)))).toEqual(ranges);
  });

  test('state carries over the calls of a sample and starts anew with the next', async () => {
    const [a, b] = [noise(1, 6), noise(2, 6)];
    const whole = await calibrate(graph, [sample(Float32Array.of(...a, ...b))]);
    const inCalls = await calibrate(graph, [sample(a, b)]);
    expect(inCalls.tensors).toEqual(whole.tensors);
    const inSamples = await calibrate(graph, [sample(a), sample(b)]);
    expect(inSamples.tensors['c']).not.toEqual(whole.tensors['c']);
  });

  test('an async source works, with progress after each sample', async () => {
    const done: number[] = [];
    async function* samples(): AsyncGenerator<CalibrationSample> {
      yield sample(noise(1, 6));
      await Promise.resolve();
      yield sample(noise(2, 6));
    }
    const ranges = await calibrate(graph, samples(), { onProgress: (count) => done.push(count) });
    expect(done).toEqual([1, 2]);
    expect(ranges).toEqual(await calibrate(graph, [sample(noise(1, 6)), sample(noise(2, 6))]));
  });

  test('tensors that share a name keep their own ranges', async () => {
    const tensors = graph.tensors.map((tensor) => (tensor.name === 'y' ? { ...tensor, name: 'x' } : tensor));
    const ranges = await calibrate({ ...graph, tensors }, [sample(noise(1, 6))]);
    expect(Object.keys(ranges.tensors).sort()).toEqual([
      'c',
      expect.stringMatching(/^x#0$/),
      expect.stringMatching(/^x#\d+$/),
    ]);
  });

  test('an abort stops it', async () => {
    const controller = new AbortController();
    const run = calibrate(graph, [sample(noise(1, 6)), sample(noise(2, 6))], {
      signal: controller.signal,
      onProgress: () => {
        controller.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
  });
});

describe('bad calibration data', () => {
  test('none at all', async () => {
    await expect(calibrate(graph, [])).rejects.toThrow(/calibration data is empty/);
    await expect(calibrate(graph, [{ calls: [] }])).rejects.toThrow(CalibrationError);
  });

  test('the wrong shape names sample and tensor', async () => {
    const bad = { calls: [[input(noise(1, 6), [1, 3, 2])]] };
    const run = calibrate(graph, [sample(noise(1, 6)), bad]);
    await expect(run).rejects.toThrow(
      /^calibration sample 1: input "x" has shape \[1, 3, 2\]; expected \[1, 2, 3\]/,
    );
    await expect(run).rejects.toBeInstanceOf(CalibrationError);
  });

  test('a batch that changes within a sample', async () => {
    const bad = { calls: [[input(noise(1, 6))], [input(noise(1, 6), [2, 1, 3])]] };
    await expect(calibrate(graph, [bad])).rejects.toThrow(
      /^calibration sample 0: lstm_0: the carried state has batch 1/,
    );
  });

  test.each([NaN, Infinity, -Infinity])('%f names sample, element and tensor', async (value) => {
    const run = calibrate(graph, [sample(Float32Array.of(0, value, 0))]);
    await expect(run).rejects.toThrow(`calibration sample 0: element 1 of "x" is ${value}`);
  });

  test('values that overflow inside the model name where', async () => {
    const values = (stream: number, count: number): Float32Array =>
      stream === 60 ? new Float32Array(count).fill(3e38) : noise(stream, count);
    const steep = lstmGraph({
      variant: { layerNorm: false, projection: true, peephole: false, coupledInputForget: false },
      ...SIZES,
      values,
    });
    const loud = sample(new Float32Array(6).fill(30));
    await expect(calibrate(steep, [loud])).rejects.toThrow(/is (-?Infinity|NaN); expected finite numbers/);
  });
});

describe('saved ranges that are not ranges', () => {
  test.each([
    [null],
    [[]],
    [{ format: 'something else' }],
    [{ format: 'octogate-ranges-1', observer: 1, samples: 1, tensors: {}, internals: {} }],
    [
      {
        format: 'octogate-ranges-1',
        observer: 'min-max',
        samples: 1,
        tensors: { x: { min: 1, max: 0 } },
        internals: {},
      },
    ],
    [{ format: 'octogate-ranges-1', observer: 'min-max', samples: 1, tensors: { x: [0, 1] }, internals: {} }],
    [{ format: 'octogate-ranges-1', observer: 'min-max', samples: 1, tensors: [], internals: {} }],
  ])('%j', (value) => {
    expect(() => parseCalibrationRanges(value)).toThrow(CalibrationError);
  });
});
