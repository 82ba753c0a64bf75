import { describe, expect, it } from 'vitest';
import { MadeOnce } from '../../demo/src/made-once';

/** Makes what it is told, an error as a failure, and counts. */
function maker(...outcomes: readonly (string | Error)[]) {
  let count = 0;
  const once = new MadeOnce(() => {
    const outcome = outcomes[count++] ?? 'one too many';
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  });
  return { once, count: () => count };
}

describe('what is made once', () => {
  it('is made when it is wanted, and kept', async () => {
    const { once, count } = maker('value');
    expect(count()).toBe(0);
    expect(await Promise.all([once.get(), once.get()])).toEqual(['value', 'value']);
    expect(await once.get()).toBe('value');
    expect(count()).toBe(1);
  });

  it('is made anew after a failure, which everybody who waited is told', async () => {
    const { once, count } = maker(new Error('no adapter'), 'value');
    const waiting = [once.get(), once.get()];
    for (const each of waiting) await expect(each).rejects.toThrow('no adapter');
    expect(count()).toBe(1);
    expect(await once.get()).toBe('value');
  });

  it('is given away once, and made anew for the next', async () => {
    const { once } = maker('first', 'second');
    expect(await once.take()).toBeNull();
    await once.get();
    expect(await once.take()).toBe('first');
    expect(await once.take()).toBeNull();
    expect(await once.get()).toBe('second');
  });

  it('is nothing to give away after a failure', async () => {
    const { once } = maker(new Error('no adapter'));
    const failing = once.get();
    expect(await once.take()).toBeNull();
    await expect(failing).rejects.toThrow('no adapter');
  });

  it('keeps what was made since, when an attempt that was given away fails late', async () => {
    let fail: (error: Error) => void = () => undefined;
    const attempts = [
      new Promise<string>((_, reject) => {
        fail = reject;
      }),
      Promise.resolve('second'),
    ];
    const once = new MadeOnce(() => attempts.shift() ?? Promise.resolve('one too many'));
    const first = once.get();
    const taken = once.take();
    expect(await once.get()).toBe('second');
    fail(new Error('late'));
    await expect(first).rejects.toThrow('late');
    expect(await taken).toBeNull();
    expect(await once.get()).toBe('second');
  });
});
