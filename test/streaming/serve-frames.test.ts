import { expect, it } from 'vitest';
import { serveFrames } from '../../src/streaming';

/** Sends frames `1, 2, 3, ...` of one sample each and waits for as many answers. */
async function exchange(port: MessagePort, frames: number): Promise<{ index: number; value: number }[]> {
  const answers: { index: number; value: number }[] = [];
  const done = new Promise<void>((resolve) => {
    port.onmessage = ({ data }: MessageEvent<{ index: number; samples: Float32Array }>) => {
      answers.push({ index: data.index, value: data.samples[0]! });
      if (answers.length === frames) resolve();
    };
  });
  for (let index = 0; index < frames; index++) {
    port.postMessage({ index, samples: Float32Array.of(index + 1) });
  }
  await done;
  return answers;
}

it('computes frames one after the other, in their order', async () => {
  const { port1, port2 } = new MessageChannel();
  const ending = new AbortController();
  let running = 0;
  const serving = serveFrames(
    port2,
    async (samples) => {
      running += 1;
      expect(running).toBe(1);
      // Later frames would be done sooner.
      await new Promise((resolve) => setTimeout(resolve, 4 - samples[0]!));
      running -= 1;
      return samples.map((sample) => 10 * sample);
    },
    ending.signal,
  );
  expect(await exchange(port1, 3)).toEqual([
    { index: 0, value: 10 },
    { index: 1, value: 20 },
    { index: 2, value: 30 },
  ]);
  ending.abort();
  await serving;
});

it('ends with what the computation throws', async () => {
  const { port1, port2 } = new MessageChannel();
  const serving = serveFrames(
    port2,
    () => Promise.reject(new Error('no such network')),
    new AbortController().signal,
  );
  port1.postMessage({ index: 0, samples: new Float32Array(1) });
  await expect(serving).rejects.toThrow('no such network');
});

it('refuses a result of another length', async () => {
  const { port1, port2 } = new MessageChannel();
  const serving = serveFrames(
    port2,
    () => Promise.resolve(new Float32Array(3)),
    new AbortController().signal,
  );
  port1.postMessage({ index: 5, samples: new Float32Array(2) });
  await expect(serving).rejects.toThrow('frame 5 has 2 samples, its result 3');
});
