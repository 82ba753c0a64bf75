import { expect, test } from 'vitest';
import { sleepBetweenLooks } from '../../src/gpu/sleep-between-looks';

/** Ends in a later turn of the event loop, as results of a device come. */
async function inTurns<T>(turns: number, end: () => T): Promise<T> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  return end();
}

test('gives what the promise gives', async () => {
  expect(
    await sleepBetweenLooks(
      inTurns(5, () => 7),
      0.1,
    ),
  ).toBe(7);
  expect(await sleepBetweenLooks(Promise.resolve(8), 0)).toBe(8);
});

test('fails as the promise does', async () => {
  const failing = inTurns(3, (): number => {
    throw new RangeError('lost');
  });
  await expect(sleepBetweenLooks(failing, 0.1)).rejects.toThrow(new RangeError('lost'));
});

test('lets timers and other promises have their turn', async () => {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  const first = sleepBetweenLooks(
    inTurns(30, () => 'first'),
    1,
  );
  const second = sleepBetweenLooks(
    inTurns(10, () => 'second'),
    1,
  );
  expect(await Promise.race([first, second])).toBe('second');
  expect(await first).toBe('first');
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
});
