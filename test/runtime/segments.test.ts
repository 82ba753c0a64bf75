import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/model';
import { segmentsOf } from '../../src/runtime/plan/segments';
import { executable } from '../support/gpu-session';
import { integerLstmGraph } from '../support/integer-lstm';
import { Random } from '../support/random';
import { bidirectional } from '../support/test-graphs';

function lstm(inputs: number, units: number): Graph {
  return integerLstmGraph({ inputs, units }, new Random(1));
}

function lengthsOf(graph: Graph, batch: number, timesteps: number, tracing = false): number[] {
  const segments = segmentsOf(executable(graph), batch, timesteps, tracing);
  let end = 0;
  for (const segment of segments) {
    expect(segment.start).toBe(end);
    end += segment.timesteps;
  }
  expect(end).toBe(timesteps);
  return segments.map((segment) => segment.timesteps);
}

describe('a call is cut into passes', () => {
  it('of 32 MiB, padded rows counted', () => {
    // 1024 + 16 + 8 * 8 bytes per row.
    expect(lengthsOf(lstm(1024, 8), 128, 237)).toEqual([237]);
    expect(lengthsOf(lstm(1024, 8), 128, 238)).toEqual([119, 119]);
    expect(lengthsOf(lstm(1024, 8), 128, 1000)).toEqual([200, 200, 200, 200, 200]);
  });

  it('that are shorter while tracing', () => {
    expect(lengthsOf(lstm(16, 512), 16, 100)).toEqual([100]);
    expect(lengthsOf(lstm(16, 512), 16, 100, true)).toEqual([50, 50]);
  });

  it('of 2^18 rows, however small they are', () => {
    expect(lengthsOf(lstm(1, 1), 1, 2 ** 18)).toEqual([2 ** 18]);
    expect(lengthsOf(lstm(1, 1), 1, 1_000_000)).toEqual([250_000, 250_000, 250_000, 250_000]);
    expect(lengthsOf(lstm(1, 1), 2 ** 19, 3)).toEqual([1, 1, 1]);
  });

  it('unless a timestep needs later ones', () => {
    expect(lengthsOf(bidirectional(), 1, 1_000_000)).toEqual([1_000_000]);
  });
});
