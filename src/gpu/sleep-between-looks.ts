/** Promises that are slept on at the moment: together they sleep no longer than one would. */
let sleepers = 0;

/**
 * Waits for a promise that somebody looks after in every turn of the event loop, as Dawn for Node does, without letting the loop
 * spin: the thread sleeps once in each turn. Timers and events that come meanwhile are late by that much at most.
 *
 * @param sleepMs at a time; 0 where nobody looks in turns, which is a plain wait
 */
export async function sleepBetweenLooks<T>(promise: Promise<T>, sleepMs: number): Promise<T> {
  if (sleepMs === 0) return promise;
  const waiting = { isOver: false };
  const end = (): void => {
    waiting.isOver = true;
  };
  promise.then(end, end);
  const untouched = new Int32Array(new SharedArrayBuffer(4));
  sleepers += 1;
  try {
    while (!waiting.isOver) {
      Atomics.wait(untouched, 0, 0, sleepMs / sleepers);
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    sleepers -= 1;
  }
  return promise;
}
