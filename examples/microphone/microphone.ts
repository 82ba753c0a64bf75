import workletUrl from './samples.worklet?worker&url';

/** Pieces that may wait: about a tenth of a second. */
const WAITING_PIECES = 32;

/** A microphone that is being listened to. */
export interface Microphone {
  /** Its samples, a piece at a time; ends with `stop`. */
  readonly samples: ReadableStream<Float32Array>;
  /** Pieces that nobody took in time. Live sound does not wait: they are dropped, and counted. */
  readonly dropped: number;
  stop(): Promise<void>;
}

/** @throws DOMException `NotAllowedError` if the visitor says no, `NotFoundError` if there is no microphone. */
export async function listen(): Promise<Microphone> {
  const media = await navigator.mediaDevices.getUserMedia({ audio: true });
  const context = new AudioContext();
  await context.audioWorklet.addModule(workletUrl);
  const node = new AudioWorkletNode(context, 'samples', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  });
  let dropped = 0;
  let end = (): void => undefined;
  const samples = new ReadableStream<Float32Array>(
    {
      start(controller) {
        node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(data);
          else dropped += 1;
        };
        end = () => {
          node.port.onmessage = null;
          controller.close();
        };
      },
    },
    { highWaterMark: WAITING_PIECES },
  );
  context.createMediaStreamSource(media).connect(node);
  return {
    samples,
    get dropped() {
      return dropped;
    },
    async stop() {
      end();
      for (const track of media.getTracks()) track.stop();
      await context.close();
    },
  };
}
