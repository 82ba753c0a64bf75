import { describe, expect, test } from 'vitest';
import { exportTflite } from '../../src/export/tflite';
import { calibrate, minMaxObserver, percentileObserver, quantize, quantizeGraph } from '../../src/quantize';
import type { CalibrationSample, QuantizeProgress } from '../../src/quantize';
import { RECORD_METADATA_NAME, recordMetadata } from '../../src/quantize';
import { version } from '../../package.json';
import { lstmGraph, noise } from './support/lstm-graph';

const SIZES = { batch: 1, steps: 4, inputs: 3, units: 4, projected: 2 };
const variant = { layerNorm: false, projection: false, peephole: false, coupledInputForget: false };
const graph = lstmGraph({ variant, ...SIZES, values: noise });

const samples = [100, 101].map((stream): CalibrationSample => ({
  calls: [[{ shape: [1, 8, 3], data: noise(stream, 24) }]],
}));

describe('quantize', () => {
  test('is calibration and the recipe, in one call', async () => {
    const { graph: integer, ranges } = await quantize(graph, samples);
    expect(ranges).toEqual(await calibrate(graph, samples));
    expect(integer).toEqual(quantizeGraph(graph, ranges));
  });

  test('records how it was done, and the record goes into the file', async () => {
    const { graph: integer, record } = await quantize(graph, samples, {
      recipe: 'plain',
      perChannelDense: true,
      observer: ({ group }) => (group === 'tensors' ? percentileObserver(99.9) : minMaxObserver),
    });
    expect(record).toMatchObject({
      format: 'octogate-quantization-1',
      version,
      recipe: 'plain',
      options: { perChannelDense: true },
      observer: 'percentile 99.9, min-max',
      samples: 2,
    });
    const file = exportTflite(integer, { metadata: recordMetadata(record) });
    const text = new TextDecoder('latin1').decode(file);
    expect(text).toContain(RECORD_METADATA_NAME);
    expect(text).toContain(JSON.stringify(record));
  });

  test('tells how far it is, and stops when told', async () => {
    const seen: QuantizeProgress[] = [];
    await quantize(graph, samples, { onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([
      { phase: 'calibrating', done: 1 },
      { phase: 'calibrating', done: 2 },
    ]);
    const controller = new AbortController();
    const stopped = quantize(graph, samples, {
      onProgress: () => {
        controller.abort(new Error('enough'));
      },
      signal: controller.signal,
    });
    await expect(stopped).rejects.toThrow('enough');
  });
});
