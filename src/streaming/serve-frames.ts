import { InputError } from '../errors';
import type { FrameMessage } from './worklet/messages';

/**
 * Computes the frames of a `FrameBridge`, one after the other, in their order.
 *
 * @param port the bridge's
 * @param compute a frame's result, of as many samples; `index` counts the stream's frames: where it skips some, the bridge dropped them
 * @param signal ends it
 * @returns once the signal aborts, and the frame under way is done
 * @throws InputError if a result has another length than its frame; what `compute` throws. The port is closed then, and all further frames
 *   are late or dropped.
 */
export async function serveFrames(
  port: MessagePort,
  compute: (samples: Float32Array<ArrayBuffer>, index: number) => Promise<Float32Array<ArrayBuffer>>,
  signal: AbortSignal,
): Promise<void> {
  const waiting: FrameMessage[] = [];
  let wake: () => void = () => undefined;
  const arrival = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const onAbort = (): void => {
    wake();
  };
  signal.addEventListener('abort', onAbort);
  port.onmessage = ({ data }: MessageEvent<FrameMessage>) => {
    waiting.push(data);
    wake();
  };
  try {
    while (!signal.aborted) {
      const frame = waiting.shift();
      if (frame === undefined) {
        await arrival();
        continue;
      }
      const { length } = frame.samples;
      const samples = await compute(frame.samples, frame.index);
      if (samples.length !== length) {
        throw new InputError(`frame ${frame.index} has ${length} samples, its result ${samples.length}`);
      }
      const message: FrameMessage = { index: frame.index, samples };
      port.postMessage(message, [samples.buffer]);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    port.close();
  }
}
