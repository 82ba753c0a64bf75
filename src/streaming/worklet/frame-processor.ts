/**
 * The module for `audioWorklet.addModule`: it registers the processor behind `FrameBridge`. The built file imports no other, and
 * needs neither `eval` nor `blob:`.
 *
 * @packageDocumentation
 */
import { FrameRelay } from './frame-relay';
import type {
  FrameMessage,
  FrameProcessorName,
  FrameProcessorOptions,
  FrameProcessorReport,
  FrameProcessorRequest,
} from './messages';

const NAME: FrameProcessorName = 'octogate-frames';
/** Frames between two reports. */
const REPORT_EVERY = 25;

// TypeScript's DOM library does not have the worklet's scope.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: FrameProcessorName,
  processor: new (options: { readonly processorOptions: FrameProcessorOptions }) => AudioWorkletProcessor,
): void;

class FrameProcessor extends AudioWorkletProcessor {
  readonly #relay: FrameRelay;
  #frames: MessagePort | null = null;
  #reported = 0;
  #isOpen = true;

  constructor({ processorOptions }: { readonly processorOptions: FrameProcessorOptions }) {
    super();
    this.#relay = new FrameRelay({
      ...processorOptions,
      send: (index, samples) => {
        const message: FrameMessage = { index, samples };
        this.#frames?.postMessage(message, [samples.buffer]);
      },
    });
    this.port.onmessage = ({ data }: MessageEvent<FrameProcessorRequest>) => {
      if (data.kind === 'connect') this.#connect(data.port);
      else this.#close();
    };
  }

  /** Called for every quantum of samples, 128 of them; the node has one channel. */
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const output = outputs[0]?.[0];
    if (output === undefined || this.#frames === null) return this.#isOpen;
    // A source that has ended, or not begun, has no channel.
    this.#relay.take(inputs[0]?.[0] ?? new Float32Array(output.length));
    this.#relay.fill(output);
    const { counts } = this.#relay;
    const frames = counts.sent + counts.dropped;
    if (frames - this.#reported >= REPORT_EVERY) this.#report(frames);
    return this.#isOpen;
  }

  #connect(port: MessagePort): void {
    this.#frames = port;
    port.onmessage = ({ data }: MessageEvent<FrameMessage>) => {
      this.#relay.give(data.index, data.samples);
    };
  }

  #close(): void {
    this.#report(this.#reported);
    this.#isOpen = false;
    this.#frames?.close();
    this.#frames = null;
  }

  #report(frames: number): void {
    this.#reported = frames;
    const report: FrameProcessorReport = { counts: this.#relay.counts };
    this.port.postMessage(report);
  }
}

registerProcessor(NAME, FrameProcessor);
