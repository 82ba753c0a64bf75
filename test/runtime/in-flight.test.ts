import { expect, it } from 'vitest';
import { inFlight } from '../../src/runtime/in-flight';

/** Work whose results come when the test says so. */
function manualWork(): {
  readonly started: number[];
  readonly finish: (element: number) => void;
  readonly work: (element: number) => Promise<string>;
} {
  const started: number[] = [];
  const finishers = new Map<number, (value: string) => void>();
  return {
    started,
    finish: (element) => finishers.get(element)?.(`result ${element}`),
    work: (element) => {
      started.push(element);
      return new Promise((resolve) => finishers.set(element, resolve));
    },
  };
}

/** Lets everything run that waits for nothing. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

it('starts the next element before the result of the one before is there, but not a third', async () => {
  const { started, finish, work } = manualWork();
  const results = inFlight([1, 2, 3, 4], work, 2);
  const first = results.next();
  await settle();
  expect(started).toEqual([1, 2]);
  finish(2);
  await settle();
  expect(started).toEqual([1, 2]);
  finish(1);
  expect(await first).toEqual({ done: false, value: 'result 1' });
  expect(await results.next()).toEqual({ done: false, value: 'result 2' });
  const third = results.next();
  await settle();
  expect(started).toEqual([1, 2, 3, 4]);
  finish(3);
  finish(4);
  expect((await third).value).toBe('result 3');
  expect((await results.next()).value).toBe('result 4');
  expect(await results.next()).toEqual({ done: true, value: undefined });
});

it('hands a result over while the next element is not there yet', async () => {
  let arrive: (() => void) | null = null;
  async function* live(): AsyncGenerator<number> {
    yield 1;
    await new Promise<void>((resolve) => {
      arrive = resolve;
    });
    yield 2;
  }
  const results = inFlight(live(), (element) => Promise.resolve(element * 10), 2);
  expect(await results.next()).toEqual({ done: false, value: 10 });
  const second = results.next();
  await settle();
  arrive!();
  expect(await second).toEqual({ done: false, value: 20 });
  expect((await results.next()).done).toBe(true);
});

it('throws a failure in its place, and closes the source', async () => {
  let isClosed = false;
  function* source(): Generator<number> {
    try {
      for (let element = 1; ; element++) yield element;
    } finally {
      isClosed = true;
    }
  }
  const work = (element: number): Promise<number> =>
    element > 1 ? Promise.reject(new Error(`element ${element}`)) : Promise.resolve(element);
  const results = inFlight(source(), work, 2);
  expect((await results.next()).value).toBe(1);
  await expect(results.next()).rejects.toThrow('element 2');
  expect(isClosed).toBe(true);
});

it('closes the source when the loop is left', async () => {
  let isClosed = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (let element = 1; ; element++) yield await Promise.resolve(element);
    } finally {
      isClosed = true;
    }
  }
  for await (const result of inFlight(source(), (element) => Promise.resolve(element), 2)) {
    if (result === 3) break;
  }
  expect(isClosed).toBe(true);
});

it.each(['source', 'work'])('throws what the %s throws, after the results before it', async (at) => {
  function* source(): Generator<number> {
    yield 1;
    if (at === 'source') throw new Error('no more');
    yield 2;
  }
  const work = (element: number): Promise<number> => {
    if (element === 2) throw new Error('no more');
    return new Promise((resolve) => setTimeout(resolve, 1, element));
  };
  const results = inFlight(source(), work, 2);
  expect((await results.next()).value).toBe(1);
  await expect(results.next()).rejects.toThrow('no more');
});
