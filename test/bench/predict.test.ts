import { expect, it } from 'vitest';
import { parseShape, predictCall, PROFILES, SHAPES } from '../../src/bench';
import type { BenchShape, CallPrediction, GpuProfile } from '../../src/bench';
import { randomModel } from '../../src/bench/random-model';
import { macsOf } from '../../src/bench/shapes';
import { at } from '../../src/errors';
import { ALL_FAMILIES } from '../../src/runtime/families/all';
import { prepareGraph } from '../../src/runtime/prepare-graph';

const gpu: GpuProfile = {
  name: 'g',
  title: 'g',
  dotGmacPerSecond: 1000,
  cacheGbPerSecond: 100,
  cacheBytes: 2 ** 30,
  memoryGbPerSecond: 10,
  computeUnits: 4,
  dependentDispatchUs: 10,
  submitUs: 100,
  timestepUs: 2,
  source: '',
};

function predict(shape: BenchShape, changes: Partial<GpuProfile> = {}): CallPrediction {
  const { batch, timesteps } = shape;
  const options = { batch, timesteps, dot: 'packed', rows: 'subgroup', path: null, trace: false } as const;
  return predictCall(prepareGraph(randomModel(shape, 1), ALL_FAMILIES), options, { ...gpu, ...changes });
}

const known = (name: string): BenchShape => SHAPES.find((shape) => shape.name === name)!;

it.each(['S1', 'S2', 'S3', 'S8'])('counts the products of %s, whichever kernels they fall to', (name) => {
  const { kernels } = predict(known(name));
  expect(kernels.reduce((sum, { macs }) => sum + macs, 0)).toBe(macsOf(known(name)));
});

it('adds up kernels, dispatches, timesteps and readbacks', () => {
  const { ms, kernels, submitMs, readbacks } = predict(known('S3'));
  expect(readbacks).toBe(1);
  expect(submitMs).toBe(0.1);
  const step = kernels.find(({ kernel }) => kernel === 'lstm_step')!;
  expect(step.dispatches).toBe(100);
  expect(ms).toBeCloseTo(kernels.reduce((sum, kernel) => sum + kernel.ms, submitMs));
});

it('names what bounds a call', () => {
  const steps = parseShape('512,512,100,1');
  expect(predict(steps, { dependentDispatchUs: 1000 }).bound).toBe('dispatches');
  expect(predict(steps, { dependentDispatchUs: 0, cacheGbPerSecond: 1 }).bound).toBe('cache loads');
  expect(predict(steps, { dependentDispatchUs: 0, dotGmacPerSecond: 0.1 }).bound).toBe('dot products');
  expect(predict(steps, { dependentDispatchUs: 0, cacheBytes: 0, memoryGbPerSecond: 0.1 }).bound).toBe(
    'memory',
  );
  expect(predict(parseShape('64,64,100,1'), { timestepUs: 100 }).bound).toBe('timesteps');
  expect(predict(known('S2'), { submitUs: 1e5 }).bound).toBe('submissions');
});

it('has a profile of phones, laptops and a server, each with its source', () => {
  expect(PROFILES.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['h100', 'apple-m2', 'adreno-740']),
  );
  for (const profile of PROFILES) expect(profile.source).toMatch(/Published|datasheet/);
  expect(at(PROFILES, 0).dotGmacPerSecond).toBeGreaterThan(0);
});
