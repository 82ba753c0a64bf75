import { describe, expect, test } from 'vitest';
import type { Graph } from '../../src/model';
import { layerSensitivity, quantize } from '../../src/quantize';
import { characterModel, oneHot } from '../../training/characters/model';
import { noise, trainedLstmGraph, VARIANTS, variantName } from './support/lstm-graph';

const TEXT = 'And God said, Let there be light: and there was light.';

describe('sensitivity', () => {
  const { graph, alphabet } = characterModel();
  const samples = [
    {
      calls: [[oneHot([Uint8Array.from(TEXT, (character) => alphabet.indexOf(character))], alphabet.length)]],
    },
  ];

  /** The character model with one weight of its dense layer far beyond the others. */
  function withOutlier(): Graph {
    const tensors = graph.tensors.map((tensor) =>
      tensor.name === 'dense/weights' && tensor.data instanceof Float32Array
        ? { ...tensor, data: tensor.data.with(0, 60) }
        : tensor,
    );
    return { ...graph, tensors };
  }

  test('names the layer that an outlier spoils, and a scale per channel mends it', async () => {
    const plain = await layerSensitivity(await quantize(withOutlier(), samples), samples);
    expect(plain.map(({ layer }) => layer).sort()).toEqual(['dense', 'lstm_0', 'lstm_1']);
    const [worst, next] = plain;
    expect(worst!.layer).toBe('dense');
    expect(worst!.decibels).toBeLessThan(next!.decibels - 6);
    const perChannel = await quantize(withOutlier(), samples, { perChannelDense: true });
    const mended = await layerSensitivity(perChannel, samples);
    const denseOf = (layers: typeof plain): number => layers.find(({ layer }) => layer === 'dense')!.decibels;
    expect(denseOf(mended)).toBeGreaterThan(denseOf(plain) + 6);
  });

  test.each(VARIANTS.map((variant) => [variantName(variant), variant] as const))(
    'of one layer, %s',
    async (_, variant) => {
      const sizes = { batch: 2, steps: 12, inputs: 8, units: 12, projected: 6 };
      const single = trainedLstmGraph(variant, 'reverse', sizes);
      const data = noise(100, 2 * 12 * 8);
      const own = [{ calls: [[{ shape: [2, 12, 8], data: data.slice() }]] }];
      const [found, ...others] = await layerSensitivity(await quantize(single, own, { recipe: 'best' }), own);
      expect(others).toEqual([]);
      expect(found!.decibels).toBeGreaterThan(28);
      expect(found!.decibels).toBeLessThan(60);
      expect(own[0]!.calls[0]![0]!.data).toEqual(data);
    },
  );
});
