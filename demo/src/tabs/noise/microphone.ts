import { FrameBridge } from 'octogate/streaming';
import type { FrameCounts } from 'octogate/streaming';
import workletUrl from 'octogate/streaming/worklet?worker&url';
import { HOP, SAMPLE_RATE } from '../../denoiser/frames';

/** Frames that a result may take, once the browser has played what it asked for at a time: 32 ms. */
const COMPUTING_FRAMES = 4;

/** The microphone, bridged to where its frames are denoised. */
export interface LiveMicrophone {
  /** For the worker. */
  readonly port: MessagePort;
  /** Whether the denoised sound is heard. */
  listen(isOn: boolean): void;
  close(): Promise<void>;
}

interface MicrophoneOptions {
  readonly onCounts: (counts: FrameCounts) => void;
  /** It was unplugged, or taken away. */
  readonly onEnd: () => void;
}

/**
 * Asks for the microphone, without the browser's own noise suppression.
 *
 * @throws Error saying what to do, if there is none, or it is refused, or does not come at 16 kHz.
 */
export async function openMicrophone({ onCounts, onEnd }: MicrophoneOptions): Promise<LiveMicrophone> {
  const stream = await askForMicrophone();
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  const close = async (): Promise<void> => {
    for (const track of stream.getTracks()) track.stop();
    await context.close();
  };
  try {
    for (const track of stream.getTracks()) track.addEventListener('ended', onEnd);
    const source = sourceOf(context, stream);
    // The browser fills a buffer at a time: as many frames come at once, and as many are due.
    const buffered = Math.ceil((context.baseLatency * SAMPLE_RATE) / HOP);
    const delay = buffered + COMPUTING_FRAMES;
    // More that wait would all be late: they are dropped, so that those that follow are not.
    const mostUnderWay = delay + 1;
    const bridge = await FrameBridge.open(context, {
      worklet: workletUrl,
      frame: HOP,
      delay,
      mostUnderWay,
      onCounts,
    });
    const volume = new GainNode(context, { gain: 0 });
    source.connect(bridge.node).connect(volume).connect(context.destination);
    await context.resume();
    return {
      port: bridge.port,
      listen: (isOn) => {
        volume.gain.value = isOn ? 1 : 0;
      },
      close: async () => {
        bridge.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function askForMicrophone(): Promise<MediaStream> {
  const { mediaDevices } = navigator as { readonly mediaDevices?: MediaDevices };
  if (mediaDevices === undefined) {
    throw new Error(
      'Browsers give pages a microphone only over HTTPS or on localhost; choose a file instead.',
    );
  }
  try {
    return await mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
  } catch (cause) {
    throw new Error(reasonOf(cause), { cause });
  }
}

function reasonOf(cause: unknown): string {
  switch (cause instanceof DOMException ? cause.name : '') {
    case 'NotAllowedError':
      return 'The microphone was refused. Allow it for this page in the browser’s settings, or choose a file.';
    case 'NotFoundError':
      return 'There is no microphone here. Connect one, or choose a file.';
    case 'NotReadableError':
      return 'The microphone is there but cannot be read; another program may be using it.';
    default:
      return `The microphone does not start: ${String(cause)}`;
  }
}

function sourceOf(context: AudioContext, stream: MediaStream): MediaStreamAudioSourceNode {
  try {
    return context.createMediaStreamSource(stream);
  } catch (cause) {
    throw new Error(
      'This browser does not bring the microphone to the 16 kHz that the model hears; choose a file, or use another browser.',
      { cause },
    );
  }
}
