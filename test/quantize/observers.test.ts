import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors';
import {
  calibrate,
  leastSquaresObserver,
  minMaxObserver,
  movingAverageObserver,
  percentileObserver,
} from '../../src/quantize';
import type { ObserverKind, Range } from '../../src/quantize';
import { lstmGraph, noise } from './support/lstm-graph';

/** The range after these samples, each one array. */
function observed(kind: ObserverKind, ...samples: readonly Float32Array[]): Range {
  const observer = kind.create();
  for (const sample of samples) {
    observer.observe(sample);
    observer.endSample();
  }
  return observer.range();
}

const ramp = Float32Array.from({ length: 10_001 }, (_, index) => index / 10_000);

test('min-max keeps every value in range', () => {
  expect(observed(minMaxObserver, Float32Array.of(0, 2), Float32Array.of(-3, 1))).toEqual({
    min: -3,
    max: 2,
  });
});

describe('moving average', () => {
  test('moves by the newest sample’s weight', () => {
    const range = observed(movingAverageObserver(0.25), Float32Array.of(-4, 8), Float32Array.of(0, 4));
    expect(range).toEqual({ min: -3, max: 7 });
  });

  test('with weight 1 is the last sample', () => {
    expect(observed(movingAverageObserver(1), Float32Array.of(-4, 8), Float32Array.of(0, 4))).toEqual({
      min: 0,
      max: 4,
    });
  });

  test.each([0, 1.5, NaN])('a weight of %f is refused', (weight) => {
    expect(() => movingAverageObserver(weight)).toThrow(InputError);
  });
});

describe('percentile', () => {
  test('clips its share at either end', () => {
    const { min, max } = observed(percentileObserver(99), ramp);
    expect(min).toBeCloseTo(0.01, 3);
    expect(max).toBeCloseTo(0.99, 3);
  });

  test('100 is min-max', () => {
    const values = noise(1, 500);
    expect(observed(percentileObserver(100), values)).toEqual(observed(minMaxObserver, values));
  });

  test('one outlier in 10,000 is out at 99.9', () => {
    const { max } = observed(percentileObserver(99.9), Float32Array.of(...ramp, 1000));
    expect(max).toBeLessThan(1.3);
  });

  test('neither the order of values nor their grouping matters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 50 }),
        fc.nat(),
        (values, cut) => {
          const split = cut % values.length;
          const whole = observed(percentileObserver(90), Float32Array.from(values));
          const parts = [values.slice(split), values.slice(0, split)].filter((part) => part.length > 0);
          expect(observed(percentileObserver(90), ...parts.map((part) => Float32Array.from(part)))).toEqual(
            whole,
          );
        },
      ),
    );
  });

  test('lies within a bin of the exact quantile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.double({ min: 50.1, max: 100, noNaN: true }),
        (values, percentile) => {
          const sorted = Float32Array.from(values).sort();
          const width = Math.max(...values.map(Math.abs)) / 2048;
          const { max } = observed(percentileObserver(percentile), Float32Array.from(values));
          const rank = Math.min(
            Math.max(Math.ceil((percentile / 100) * sorted.length) - 1, 0),
            sorted.length - 1,
          );
          // The share can fall exactly between two ranks.
          const [low, high] = [
            sorted[Math.max(rank - 1, 0)]!,
            sorted[Math.min(rank + 1, sorted.length - 1)]!,
          ];
          expect(max).toBeGreaterThanOrEqual(low - width);
          expect(max).toBeLessThanOrEqual(high + width);
        },
      ),
    );
  });

  test('all zeros have an empty range', () => {
    expect(observed(percentileObserver(99), new Float32Array(5))).toEqual({ min: 0, max: 0 });
  });

  test.each([50, 100.1, NaN])('%f is refused', (percentile) => {
    expect(() => percentileObserver(percentile)).toThrow(InputError);
  });
});

describe('least squares', () => {
  function meanSquaredError(values: Float32Array, { min, max }: Range): number {
    const step = (Math.max(max, 0) - Math.min(min, 0)) / 255;
    const error = values.map((v) => v - Math.round(Math.min(Math.max(v, min), max) / step) * step);
    return error.reduce((sum, e) => sum + e * e, 0) / values.length;
  }

  test('clips one outlier among many where that costs less', () => {
    const values = Float32Array.of(...ramp, ...ramp, ...ramp, 6);
    const best = observed(leastSquaresObserver, values);
    expect(best.max).toBeLessThan(5.9);
    expect(meanSquaredError(values, best)).toBeLessThan(
      meanSquaredError(values, observed(minMaxObserver, values)),
    );
  });

  test('keeps a uniform range whole, but for a step', () => {
    const { min, max } = observed(leastSquaresObserver, ramp);
    expect(min).toBe(0);
    expect(max).toBeGreaterThanOrEqual(0.99);
  });

  test('clips either end by itself', () => {
    const values = Float32Array.of(...ramp, ...ramp, -4);
    const { min, max } = observed(leastSquaresObserver, values);
    expect(min).toBeGreaterThan(-4);
    expect(max).toBeGreaterThanOrEqual(0.95);
  });
});

test('a graph can have another observer at every site, and the ranges say which', async () => {
  const graph = lstmGraph({
    variant: { layerNorm: false, projection: false, peephole: false, coupledInputForget: false },
    ...{ batch: 1, steps: 100, inputs: 3, units: 4, projected: 2 },
    values: noise,
  });
  const samples = [{ calls: [[{ shape: [1, 100, 3], data: noise(5, 300) }]] }];
  const minMax = await calibrate(graph, samples);
  const mixed = await calibrate(graph, samples, {
    observer: ({ key }) => (key === 'x' ? percentileObserver(98) : minMaxObserver),
  });
  expect(mixed.observer).toBe('percentile 98, min-max');
  expect(mixed.tensors['x']!.max).toBeLessThan(minMax.tensors['x']!.max);
  expect(mixed.tensors['y']).toEqual(minMax.tensors['y']);
  expect(mixed.internals).toEqual(minMax.internals);
});
