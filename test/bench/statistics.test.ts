import { expect, it } from 'vitest';
import { summarize } from '../../src/bench/statistics';

it('gives the smallest, middle and 95th percentile timing, in whichever order they came', () => {
  const timings = Array.from({ length: 20 }, (_, index) => 20 - index);
  expect(summarize(timings)).toEqual({ repeats: 20, minMs: 1, medianMs: 10, p95Ms: 19, samplesMs: timings });
});

it('takes a single timing for all three', () => {
  expect(summarize([7])).toEqual({ repeats: 1, minMs: 7, medianMs: 7, p95Ms: 7, samplesMs: [7] });
});

it('has nothing to say about no timings', () => {
  expect(() => summarize([])).toThrow(RangeError);
});
