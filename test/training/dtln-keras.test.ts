/** DTLN from the authors' Keras weights is DTLN from their `.tflite` files. */
import { describe, expect, test } from 'vitest';
import { importFloatTflite } from '../../src/import/tflite';
import type { Graph } from '../../src/model';
import { FloatRunner } from '../../src/quantize';
import { dtlnFromKeras } from '../../training/noise-suppression/dtln-keras';
import { Random } from '../support/random';
import { readSharedModel } from '../support/shared-models';

const FRAMES = 12;

describe.each([
  ['spectralMask', 'dtln/model_1.tflite', 257],
  ['refine', 'dtln/model_2.tflite', 512],
] as const)('%s', (stage, path, features) => {
  const keras = dtlnFromKeras(readSharedModel('dtln/model.h5'), { norm: false })[stage];
  const tflite = importFloatTflite(readSharedModel(path));

  test('has the same weights', () => {
    expect(matricesOf(keras)).toEqual(matricesOf(tflite));
    expect(matricesOf(keras).length).toBeGreaterThanOrEqual(2 * 8 + 1);
  });

  test('computes the same', () => {
    const input = noise(features, 5);
    const [a] = new FloatRunner(keras).run([input]);
    const [b] = new FloatRunner(tflite).run([input]);
    expect(a!.shape).toEqual([1, FRAMES, features]);
    expect(largestDifference(a!.data, b!.data)).toBeLessThan(1e-5);
  });
});

test('with norm, the first network sees normalised logarithms', () => {
  const { spectralMask } = dtlnFromKeras(readSharedModel('dtln/DTLN_norm_40h.h5'), { norm: true });
  const input = noise(257, 6);
  const [gamma, beta] = ['gamma', 'beta'].map(
    (role) => spectralMask.tensors.find(({ name }) => name === `instant_layer_normalization/${role}`)!.data!,
  );
  const normalized = Float32Array.from(input.data, (_, index) => {
    const bin = index % 257;
    const row = Array.from(input.data.subarray(index - bin, index - bin + 257), (x) => Math.log(x + 1e-7));
    const mean = row.reduce((sum, x) => sum + x, 0) / 257;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 257;
    return ((row[bin]! - mean) / Math.sqrt(variance + 1e-7)) * Number(gamma![bin]) + Number(beta![bin]);
  });
  const seen: Float32Array[] = [];
  new FloatRunner(spectralMask).run([input], ({ key }, values) => {
    if (key === 'instant_layer_normalization') seen.push(values.slice());
  });
  expect(largestDifference(seen[0]!, normalized)).toBeLessThan(1e-4);
  expect(spectralMask.ops.map(({ kind }) => kind).slice(-4)).toEqual([
    'lstm',
    'lstm',
    'fullyConnected',
    'logistic',
  ]);
});

/** All weights by their values, so that names and orders of tensors do not matter. */
function matricesOf({ tensors }: Graph): string[] {
  return tensors
    .flatMap(({ data, shape }) =>
      data instanceof Float32Array && shape.length === 2 ? [`${shape.join()} ${fingerprint(data)}`] : [],
    )
    .sort();
}

/** Sums that any change of a value or of an order changes. */
function fingerprint(data: Float32Array): string {
  const bits = new Uint32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  return String(bits.reduce((hash, value) => (Math.imul(hash, 31) + value) | 0, 17));
}

function noise(features: number, seed: number): { shape: number[]; data: Float32Array } {
  const random = new Random(seed);
  const data = Float32Array.from({ length: FRAMES * features }, () => random.integer(1, 1000) / 250);
  return { shape: [1, FRAMES, features], data };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}
