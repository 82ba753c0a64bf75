import { InputError } from '../errors';
import type { FrameCounts } from './worklet/frame-relay';
import type {
  FrameProcessorName,
  FrameProcessorOptions,
  FrameProcessorReport,
  FrameProcessorRequest,
} from './worklet/messages';

const PROCESSOR: FrameProcessorName = 'octogate-frames';

/** Some tens of milliseconds at usual frames: enough for a worker that was busy for a moment. */
const DEFAULT_DELAY = 3;
/** A quarter of a second at frames of 8 ms. */
const DEFAULT_UNDER_WAY = 32;

/** Where the audio thread's part comes from, and how long a result may take. */
export interface FrameBridgeOptions {
  /**
   * Address of the module `octogate/streaming/worklet`. With Vite: `import worklet from 'octogate/streaming/worklet?worker&url'`;
   * without a bundler, where `dist/streaming/worklet.js` is served: it is one file.
   */
  readonly worklet: string | URL;
  /** Samples of a frame, at the audio context's rate. */
  readonly frame: number;
  /** Frames that pass after a frame is whole until its result is due; default 3. More is safer, and heard later. */
  readonly delay?: number;
  /** Frames without a result at most, default 32; beyond them, frames are dropped and counted. */
  readonly mostUnderWay?: number;
  /** Called about every 25 frames, and once at the end. */
  readonly onCounts?: (counts: FrameCounts) => void;
}

/**
 * A node of an audio graph that sends what it hears, frame by frame, to where a network runs, and plays what comes back. What comes
 * too late is silence and is counted, never hidden; the audio thread never waits.
 *
 * ```ts
 * const bridge = await FrameBridge.open(context, { worklet, frame: 128 });
 * worker.postMessage(bridge.port, [bridge.port]); // there: serveFrames(port, compute, signal)
 * source.connect(bridge.node).connect(context.destination);
 * ```
 */
export class FrameBridge {
  /** One channel; more are mixed down on the way in. */
  readonly node: AudioWorkletNode;
  /** For {@link serveFrames}, in this thread or, transferred, in another. */
  readonly port: MessagePort;

  private constructor(node: AudioWorkletNode, port: MessagePort) {
    this.node = node;
    this.port = port;
  }

  /**
   * @throws InputError if a size makes no sense; what `addModule` throws if the module is not there.
   */
  static async open(context: BaseAudioContext, options: FrameBridgeOptions): Promise<FrameBridge> {
    const { worklet, frame, delay = DEFAULT_DELAY, mostUnderWay = DEFAULT_UNDER_WAY, onCounts } = options;
    for (const [name, value, least] of [
      ['frame', frame, 1],
      ['delay', delay, 0],
      ['mostUnderWay', mostUnderWay, 1],
    ] as const) {
      if (Number.isSafeInteger(value) && value >= least) continue;
      throw new InputError(`${name} is ${value}; a whole number of at least ${least} is expected`);
    }
    await context.audioWorklet.addModule(worklet);
    const processorOptions: FrameProcessorOptions = { frame, delay, mostUnderWay };
    const node = new AudioWorkletNode(context, PROCESSOR, {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      channelCount: 1,
      channelCountMode: 'explicit',
      outputChannelCount: [1],
      processorOptions,
    });
    node.port.onmessage = ({ data }: MessageEvent<FrameProcessorReport>) => {
      onCounts?.(data.counts);
    };
    const { port1, port2 } = new MessageChannel();
    request(node, { kind: 'connect', port: port1 }, [port1]);
    return new FrameBridge(node, port2);
  }

  /** Ends the stream: nothing is sent or heard any more. The last counts come afterwards. Idempotent. */
  close(): void {
    request(this.node, { kind: 'close' });
    this.node.disconnect();
  }
}

function request(
  { port }: AudioWorkletNode,
  message: FrameProcessorRequest,
  transfer: Transferable[] = [],
): void {
  port.postMessage(message, transfer);
}
