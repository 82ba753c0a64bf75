import { expect, test } from 'vitest';
import { CompletionTimes } from '../../src/gpu';

function after(...milliseconds: number[]): number {
  const times = new CompletionTimes();
  for (const ms of milliseconds) times.add(ms);
  return times.pauseMs;
}

// Node's WebGPU is the one that asks without a pause; in browsers the pause is always 0.
test('a pause is most of the least recent time', () => {
  expect(after(100, 50)).toBeCloseTo(35);
  expect(after(50, 100, 80, 90)).toBeCloseTo(35);
});

test('one call says nothing yet: it may have compiled shaders', () => {
  expect(after()).toBe(0);
  expect(after(2000)).toBe(0);
});

test('what was fast long ago is forgotten', () => {
  expect(after(10, 100, 100, 100, 100)).toBeCloseTo(70);
});

test('a pause that was too long makes the next one shorter', () => {
  const times = new CompletionTimes();
  for (let call = 0; call < 4; call++) times.add(100);
  for (let call = 0; call < 8; call++) times.add(Math.max(10, times.pauseMs));
  expect(times.pauseMs).toBeLessThan(10);
});

test('work as short as a timer step is asked for at once', () => {
  expect(after(1, 1)).toBe(0);
});

test('the longer the work, the longer the sleep between looks, up to what a server can bear', () => {
  const times = new CompletionTimes();
  expect(times.sleepMs).toBe(0);
  for (let call = 0; call < 4; call++) times.add(10);
  expect(times.sleepMs).toBeCloseTo(0.14);
  for (let call = 0; call < 4; call++) times.add(60_000);
  expect(times.sleepMs).toBe(4);
});
