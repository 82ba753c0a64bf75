import { expect, it } from 'vitest';
import { quantizationThresholds } from '../../src/lower/float-thresholds';
import { quantizeValues } from '../../src/lower/real-values';
import { floatQuantize } from '../../src/reference/float_quantize';
import { perTensor } from '../support/graph-builder';
import { Random } from '../support/random';

/** The float32 next to another one. */
function neighbour(value: number, steps: number): number {
  const bits = new Int32Array(new Float32Array([value]).buffer);
  bits[0]! += value < 0 ? -steps : steps;
  return new Float32Array(bits.buffer)[0]!;
}

it.each([
  [1, 0],
  [0.1, -7],
  [1 / 3, 127],
  [0.00390625, -128],
  [1e-30, 3],
  [1e30, 0],
])('thresholds at scale %d and zero point %i are where quantizing changes', (real, zeroPoint) => {
  const scale = Math.fround(real);
  const quantization = perTensor(scale, zeroPoint);
  const thresholds = quantizationThresholds(scale, zeroPoint);
  expect(thresholds).toHaveLength(255);
  const at = Array.from(thresholds).filter((x) => Number.isFinite(x) && x !== 0);
  const random = new Random(zeroPoint + 1000);
  const values = Float32Array.from([
    ...at.flatMap((x) => [neighbour(x, -1), x, neighbour(x, 1)]),
    ...Array.from({ length: 2000 }, () => (random.real() - 0.5) * 300 * scale),
    ...[0, -0, Infinity, -Infinity, 3.4e38, -3.4e38],
  ]);
  const actual = new Int8Array(values.length);
  floatQuantize({ thresholds }, values, actual);
  expect(actual).toEqual(quantizeValues('x', values, quantization));
  // Every threshold is the least value of its integer.
  for (const [index, x] of thresholds.entries()) {
    if (!Number.isFinite(x)) continue;
    expect([...quantizeValues('x', Float32Array.of(x), quantization)]).toEqual([index - 127]);
  }
});

it('a scale too large for float32 has results that nothing reaches', () => {
  const thresholds = quantizationThresholds(Math.fround(1e37), 0);
  expect(thresholds[254]).toBe(Infinity);
  expect(thresholds[128]).toBe(Math.fround(5e36));
});

it('what is not a number reaches no threshold', () => {
  const out = new Int8Array(1);
  floatQuantize({ thresholds: quantizationThresholds(1, 0) }, Float32Array.of(NaN), out);
  expect([...out]).toEqual([-128]);
});
